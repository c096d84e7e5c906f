/** What an incident is about, chosen by name among what there is: a deployment, a model or one version of it, a customer. */
import { choice, everyPage, field, h } from '../dom.mjs';
import { customerChoice } from './customer-choice.mjs';
import { versionChoice } from './version-choice.mjs';

const NOTHING = '';

/** A part of a form, and what it says once the form is sent. */
export function subjectChoice(api) {
  const shown = h('div', { class: 'stack', 'aria-live': 'polite' });
  let asked;
  const show = async (kind) => {
    asked = kind;
    const fields = await KINDS[kind](api);
    // What was chosen meanwhile is another question.
    if (asked === kind) shown.replaceChildren(...fields);
  };
  const kinds = choice(
    'subjectKind',
    [
      [NOTHING, 'nothing in particular'],
      ['deployment', 'a deployment'],
      ['model', 'a model'],
      ['customer', 'a customer'],
    ],
    NOTHING,
    {
      change: ({ target }) => void show(target.value).catch((error) => shown.replaceChildren(error.message)),
    },
  );
  return {
    fields: [field('What it is about', null, kinds), shown],
    /** @throws Error in words where something was to be chosen, and is not there yet. */
    read: ({ subjectKind, deploymentId, modelId, versionId, customerId }) => {
      const id = deploymentId ?? (versionId || modelId) ?? customerId;
      if (subjectKind !== NOTHING && !id) throw new Error('Choose what it is about, or nothing.');
      return id;
    },
  };
}

const KINDS = {
  [NOTHING]: async () => [],
  deployment: async (api) => {
    const all = await everyPage(async (after) => (await api.ask('DeploymentChoices', { after })).deployments);
    return [field('Deployment', null, named('deploymentId', all))];
  },
  model: async (api) => {
    const all = await everyPage(async (after) => (await api.ask('ModelNames', { after })).models);
    return versionChoice(api, {
      fields: ['Model', 'Version'],
      model: named('modelId', all),
      name: 'versionId',
      first: () => ['all of them'],
    });
  },
  customer: async (api) => customerChoice(api),
};

const named = (name, all) =>
  choice(
    name,
    all.map((one) => [one.id, one.name]),
    all[0]?.id,
    { required: true },
  );
