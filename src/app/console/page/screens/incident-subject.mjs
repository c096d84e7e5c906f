/** What an incident is about, chosen by name among what there is: a deployment, a model or one version of it, a customer. */
import { choice, everyPage, field, h } from '../dom.mjs';
import { day } from '../format.mjs';
import { customerChoice } from './customer-choice.mjs';

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
    const versions = h('select', { name: 'versionId' });
    const ofModel = async (id) => {
      versions.replaceChildren(h('option', { value: '' }, 'all of them'));
      const found = await everyPage(
        async (after) => (await api.ask('ModelChoices', { id, after })).node.versions,
      );
      if (models.value === id)
        versions.append(
          ...found.map((one) => h('option', { value: one.id }, `${one.number}, of ${day(one.createdAt)}`)),
        );
    };
    const models = named('modelId', all, { change: ({ target }) => void ofModel(target.value) });
    if (models.value) await ofModel(models.value);
    return [field('Model', null, models), field('Version', null, versions)];
  },
  customer: async (api) => customerChoice(api),
};

const named = (name, all, attributes) =>
  choice(
    name,
    all.map((one) => [one.id, one.name]),
    all[0]?.id,
    { required: true, ...attributes },
  );
