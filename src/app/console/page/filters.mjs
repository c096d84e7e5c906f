/** A list that is looked through. What is asked for stands in the address: whoever comes back, or is sent there, sees the same. */
import { choice, field, h, pages } from './dom.mjs';
import { number } from './format.mjs';

/** The lists as they were seen last, by their place. */
const seen = new Map();
/** Typing is waited for, in milliseconds. */
const PAUSE_MS = 250;

/** Where the list is that somebody came from: as they left it. */
export const backTo = (place) => `#/${place}${seen.get(place) ?? ''}`;

/**
 * @param query what the address asks for.
 * @param fields `[name, label, options]` for a choice, `[name, label, attributes]` for what is written. No two lists of a screen share a name.
 * @param load `(wanted, after)` answers the connection for the fields that are not empty, by their names.
 * @param show a page of it.
 */
export async function filtered({ query, fields, load, show }) {
  const change = async () => {
    keep(inputs);
    await look();
  };
  let pause;
  // What is written is waited for; who leaves the page meanwhile has asked for nothing.
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(() => place.isConnected && void change(), PAUSE_MS);
  };
  const inputs = fields.map(([name, , options]) => {
    const value = query.get(name) ?? '';
    if (Array.isArray(options)) return choice(name, options, value, { change });
    return h('input', { type: 'search', input: soon, ...options, name, value });
  });
  const told = h('p', { class: 'soft', role: 'status' });
  const place = h('div');
  let asked = 0;
  const look = async () => {
    const wanted = Object.fromEntries(
      inputs.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value !== ''),
    );
    const turn = ++asked;
    let total = null;
    const list = await pages(async (after) => {
      const connection = await load(wanted, after);
      total ??= connection.totalCount;
      return connection;
    }, show);
    // What was chosen meanwhile is another question.
    if (turn !== asked) return;
    told.textContent = typeof total === 'number' ? `${number(total)} in all` : '';
    place.replaceChildren(list);
  };
  await look();
  return [
    h(
      'div',
      { class: 'row' },
      inputs.map((input, at) => field(fields[at][1], null, input)),
    ),
    told,
    place,
  ];
}

/** In the address without another step back: that leads to where somebody was before the list. */
function keep(inputs) {
  const [place, before] = location.hash.split('?');
  const query = new URLSearchParams(before);
  for (const { name, value } of inputs)
    if (value.trim() === '') query.delete(name);
    else query.set(name, value.trim());
  history.replaceState(history.state, '', [place, String(query)].filter(Boolean).join('?'));
  whereabouts();
}

/** Which screen the address names, and what is asked for there; it is kept for whoever comes back by a link. */
export function whereabouts() {
  const [place, query] = location.hash.replace(/^#\/?/, '').split('?');
  seen.set(place, query ? `?${query}` : '');
  return { place, query: new URLSearchParams(query) };
}
