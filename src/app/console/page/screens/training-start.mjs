/** A training, or a search over recipes, begun on one version of data. */
import { choice, everyPage, field, form, h, panel, unfold } from '../dom.mjs';
import { number } from '../format.mjs';
import { parsed } from '../json.mjs';
import { numbers, recipeForm } from './recipe-form.mjs';
import { versionChoice } from './version-choice.mjs';

const OBJECTIVES = [
  ['VALIDATION_LOSS', 'the least loss'],
  ['VALIDATION_ACCURACY', 'the most called right'],
  ['VALIDATION_AUC', 'the largest area under the ROC curve'],
  ['VALIDATION_F1', 'the best F1'],
];
/** `[name, label, example]` of what is tried, as numbers with commas between them. */
const DIMENSIONS = [
  ['learningRate', 'Learning rates', '0.001, 0.01, 0.1'],
  ['batchSize', 'Rows a step', '16, 64'],
  ['epochs', 'Epochs', '10, 30'],
  ['l2', 'Weight decays', '0, 0.001'],
  ['dropout', 'Dropouts', '0, 0.2'],
  ['treeDepth', 'Depths of the tree', '3, 6, 9'],
  ['treeLeafRows', 'Rows that a leaf needs', '5, 20'],
];

export async function trainingStart({ api, params }) {
  const [{ node: data }, models] = await Promise.all([
    api.ask('DatasetVersion', { id: params.id }),
    everyPage(async (after) => (await api.ask('ModelNames', { after })).models),
  ]);
  if (!data?.dataset)
    return panel('There is no such version of data.', h('a', { href: '#/data' }, 'To the data'));
  const names = h(
    'datalist',
    { id: 'models' },
    models.map(({ name: value }) => h('option', { value })),
  );
  return h(
    'div',
    null,
    h(
      'p',
      null,
      h('a', { href: '#/trainings' }, 'Trainings'),
      ' › ',
      h('a', { href: `#/data/versions/${data.id}` }, `${data.dataset.name} ${data.number}`),
    ),
    h('h1', null, `Train on ${data.dataset.name}, version ${data.number}`),
    h(
      'p',
      { class: 'soft' },
      `${number(data.rows)} rows; to learn: ${data.label.column}. What is left empty is as it usually is.`,
    ),
    names,
    panel('One training', await once({ api, data, models })),
    panel(null, unfold('Search over recipes', await search({ api, data, models }))),
  );
}

async function common({ api, data, models }) {
  const compared = await versionChoice(api, {
    fields: ['Compare with a version of', 'Version to compare with'],
    model: choice('compareWithModelId', [['', 'no model'], ...models.map(({ id, name }) => [id, name])], ''),
    name: 'compareWithVersionId',
    first: (modelId) => (modelId ? [] : ['none']),
  });
  return h(
    'div',
    { class: 'fields' },
    field('Name of the model, a new one or one that gets a version', {
      name: 'modelName',
      required: true,
      list: 'models',
      value: data.dataset.name,
    }),
    field('Seconds on the device at most', { name: 'budgetDeviceSeconds', placeholder: 'without limit' }),
    compared,
  );
}

const orderOf = (data, { modelName, budgetDeviceSeconds, compareWithVersionId }) => ({
  datasetVersionId: data.id,
  modelName,
  ...(budgetDeviceSeconds && { budgetDeviceSeconds: Number(budgetDeviceSeconds) }),
  ...(compareWithVersionId && { compareWithVersionId }),
});

/** How rows are divided, and what is done to their columns first. */
function preparation({ columns, label }) {
  const others = columns.filter(({ name }) => name !== label.column);
  const column = (name, empty, some) =>
    choice(name, [['', empty], ...some.map((one) => [one.name, one.name])], '');
  const times = others.filter(({ kind }) => kind === 'NUMERIC');
  return [
    h(
      'div',
      { class: 'fields' },
      field(
        'Rows that stay together, such as those of one person, share their',
        null,
        column('groupColumn', 'nothing', others),
      ),
      field(
        'Held out are the rows that come last by',
        null,
        column('timeColumn', 'no column: by chance', times),
      ),
    ),
    unfold(
      'Preparation as JSON, instead of the usual one',
      h(
        'label',
        { class: 'broad' },
        h('span', null, 'Preparation'),
        h('textarea', {
          name: 'preparation',
          spellcheck: 'false',
          placeholder: '{ "steps": [{ "normalise": { "columns": ["age"] } }] }',
        }),
      ),
    ),
  ];
}

function prepared({ preparation: text, groupColumn, timeColumn }) {
  if (!text && !groupColumn && !timeColumn) return undefined;
  const own = text ? parsed(text) : { steps: [] };
  const split = { ...own.split, ...(groupColumn && { groupColumn }), ...(timeColumn && { timeColumn }) };
  return { preparation: { ...own, ...(Object.keys(split).length > 0 && { split }) } };
}

async function once({ api, data, models }) {
  const { fields, read } = recipeForm(data);
  const shared = await common({ api, data, models });
  return form({
    action: 'Train it',
    fields: [shared, fields, preparation(data)],
    submit: async (values, all) => {
      const input = { ...orderOf(data, values), ...prepared(values), recipe: read(values, all) };
      const { trainingJob } = await api.act('TrainingJobCreate', input);
      location.hash = `#/trainings/${trainingJob.id}`;
    },
  });
}

async function search({ api, data, models }) {
  const { fields, read } = recipeForm(data);
  const shared = await common({ api, data, models });
  const space = h('textarea', {
    name: 'space',
    spellcheck: 'false',
    placeholder: '{ "learningRate": { "range": { "min": 0.001, "max": 0.1, "scale": "LOGARITHMIC" } } }',
  });
  return form({
    action: 'Search',
    fields: [
      shared,
      h('h3', null, 'What is tried'),
      h(
        'div',
        { class: 'fields' },
        DIMENSIONS.map(([name, label, placeholder]) => field(label, { name: `tried-${name}`, placeholder })),
        field('Hidden layers', { name: 'tried-hiddenUnits', placeholder: '32; 64, 64' }),
      ),
      unfold('As JSON, instead', h('label', { class: 'broad' }, h('span', null, 'Space'), space)),
      h('h3', null, 'How'),
      h(
        'div',
        { class: 'fields' },
        field('Best is', null, choice('best', OBJECTIVES, 'VALIDATION_LOSS')),
        field('So many drawn by chance; all when empty', {
          name: 'trials',
          type: 'number',
          min: 1,
          max: 256,
        }),
        field('Leave behind all but one of', { name: 'eta', placeholder: 'none is left behind' }),
        field('After epochs of the first rung', { name: 'minEpochs', placeholder: '1' }),
      ),
      h('h3', null, 'What all trials have'),
      fields,
      preparation(data),
    ],
    submit: async (values, all) => {
      const { best, trials, eta, minEpochs } = values;
      const input = {
        ...orderOf(data, values),
        ...prepared(values),
        recipe: read(values, all),
        space: spaceOf(values),
        objective: best,
        strategy: trials ? { random: { trials: Number(trials) } } : { grid: {} },
        ...(eta && { halving: { eta: Number(eta), minEpochs: Number(minEpochs || 1) } }),
      };
      const { trainingSearch } = await api.act('TrainingSearchCreate', input);
      location.hash = `#/trainings/searches/${trainingSearch.id}`;
    },
  });
}

function spaceOf(values) {
  if (values.space) return parsed(values.space);
  const space = {};
  for (const [name] of DIMENSIONS) {
    const text = values[`tried-${name}`];
    if (text) space[name] = { values: numbers(text) };
  }
  const layers = values['tried-hiddenUnits'];
  if (layers) space.hiddenUnits = layers.split(';').map(numbers);
  return space;
}
