/** What is called by an id is shown by its name. */
import { h } from './dom.mjs';

/** So many are asked for at once. */
const MOST = 100;
const IS_ID = /^[a-z]+_[0-9a-z]+$/;

/** What they are called, by their ids; who has no name that the viewer may know is left out. */
export async function namesOf(api, ids) {
  const known = [...new Set(ids)].filter((id) => id && IS_ID.test(id)).slice(0, MOST);
  if (known.length === 0) return new Map();
  const { nodes } = await api.ask('Names', { ids: known });
  return new Map(nodes.filter(Boolean).map(({ id, ...named }) => [id, nameOf(named)]));
}

function nameOf({ code, version, model, number, apiKeyName, ...named }) {
  if (code) return `${code} ${version}`;
  if (model) return `${model.name}, version ${number}`;
  if (apiKeyName) return `the key “${apiKeyName}”`;
  return Object.values(named).find((name) => name != null);
}

/** Who did something: by name, or by the id where there is none. */
export const who = (names, id) => (id ? (names.get(id) ?? h('code', null, id)) : 'the service');
