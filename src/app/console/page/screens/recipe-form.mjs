/** A recipe as a form: what is left empty stays as the service has it, and whoever knows better writes all of it as JSON. */
import { act, checkboxes, choice, field, h, unfold } from '../dom.mjs';
import { words } from '../format.mjs';
import { parsed } from '../json.mjs';

const LEARNING = ['DENSE_NETWORK', 'NETWORK', 'LINEAR'];
const KINDS = [
  ['DENSE_NETWORK', 'network of dense layers'],
  ['LINEAR', 'linear'],
  ['DECISION_TREE', 'decision tree'],
  ['NETWORK', 'network of other layers'],
];
const LAYERS = '{ "layers": [{ "dense": { "units": 64 } }] }';

const number = (text) => Number(text);
export const numbers = (text) => text.split(',').map(Number);

/** `[name, label, read, attributes, kinds]`: what may be said of a recipe, for every kind unless some are named. */
const FIELDS = [
  ['hiddenUnits', 'Units of each hidden layer', numbers, { placeholder: '64, 64' }, ['DENSE_NETWORK']],
  ['network', 'Layers, as JSON', parsed, { placeholder: LAYERS }, ['NETWORK']],
  ['dropout', 'Dropout, 0–0.9', number, { placeholder: '0' }, ['DENSE_NETWORK']],
  ['epochs', 'Epochs, 1–500', number, { placeholder: 'linear 30, others 10' }, LEARNING],
  ['batchSize', 'Rows a step', number, { placeholder: '32' }, LEARNING],
  ['learningRate', 'Learning rate', number, { placeholder: '0.01' }, LEARNING],
  ['l2', 'Weight decay λ, 0–1', number, { placeholder: '0' }, LEARNING],
  ['clipNorm', 'Longest gradient', number, { placeholder: 'without limit' }, LEARNING],
  ['maxDepth', 'Depth of the tree, 1–20', number, { placeholder: '6' }, ['DECISION_TREE']],
  ['minLeafRows', 'Rows that a leaf needs', number, { placeholder: '5' }, ['DECISION_TREE']],
  ['patience', 'Stop after epochs without a better loss', number, { placeholder: 'never' }, LEARNING],
  ['minDelta', 'Better means by at least', number, { placeholder: '0' }, LEARNING],
  ['seed', 'Seed', number, { placeholder: '1' }],
];
/** `[name, label, values, kinds]`; the empty value leaves the choice to the service. */
const CHOICES = [
  ['objective', 'Learn', ['CLASSIFICATION', 'REGRESSION']],
  ['loss', 'Loss', ['', 'BINARY_CROSS_ENTROPY', 'SOFTMAX_CROSS_ENTROPY', 'MEAN_SQUARED_ERROR'], LEARNING],
  ['optimizer', 'Optimiser', ['ADAM', 'SGD', 'MOMENTUM', 'RMSPROP'], LEARNING],
  ['schedule', 'Learning rate goes', ['CONSTANT', 'STEP', 'EXPONENTIAL', 'COSINE'], LEARNING],
];
/** Where these stand in a recipe. */
const WITHIN = {
  maxDepth: 'tree',
  minLeafRows: 'tree',
  patience: 'earlyStopping',
  minDelta: 'earlyStopping',
};

/** @param data a version of data. Answers the fields, and what reads the recipe out of a form with them. */
export function recipeForm(data) {
  const kinds = new Map();
  const ofKinds = (of, element) => {
    kinds.set(element, of);
    return element;
  };
  const settle = (kind) =>
    kinds.forEach((of, element) => void (element.hidden = Boolean(of) && !of.includes(kind)));
  const written = h('textarea', {
    name: 'recipeJson',
    spellcheck: 'false',
    placeholder: '{ "kind": "LINEAR" }',
  });
  const read = (values, all) => (values.recipeJson ? parsed(values.recipeJson) : recipeOf(values, all));
  const write = () => {
    const values = new FormData(written.form);
    written.value = '';
    written.value = JSON.stringify(
      recipeOf(Object.fromEntries(values), (name) => values.getAll(name)),
      null,
      2,
    );
  };
  const fields = [
    h(
      'div',
      { class: 'fields' },
      field(
        'Kind',
        null,
        choice('kind', KINDS, 'DENSE_NETWORK', { change: ({ target }) => settle(target.value) }),
      ),
      CHOICES.map(([name, label, values, of]) =>
        ofKinds(
          of,
          field(
            label,
            null,
            choice(
              name,
              values.map((value) => [value, value ? words(value) : 'what suits the label']),
              values[0],
            ),
          ),
        ),
      ),
      FIELDS.map(([name, label, , attributes, of]) => ofKinds(of, field(label, { name, ...attributes }))),
      field(
        'A row counts',
        null,
        choice(
          'classWeighting',
          [
            ['EQUAL_ROWS', 'each the same'],
            ['BALANCED', 'so that each class counts the same'],
          ],
          'EQUAL_ROWS',
        ),
      ),
      field(`Or by class: ${data.label.labels.slice(0, 6).join(', ')}`, {
        name: 'classWeights',
        placeholder: data.label.labels.map(() => '1').join(', '),
      }),
    ),
    checkboxes(
      'Columns that must not be learned from',
      'excludedColumns',
      data.columns.filter(({ name }) => name !== data.label.column).map(({ name }) => [name, name]),
    ),
    unfold(
      'The whole recipe as JSON, instead of what stands above',
      h('label', { class: 'broad' }, h('span', null, 'Recipe'), written),
      act('Write down what stands above', write),
    ),
  ];
  settle('DENSE_NETWORK');
  return { fields, read };
}

/** Only what was said, of the fields that the kind has. */
function recipeOf(values, all) {
  const { kind, optimizer, schedule, classWeighting, classWeights } = values;
  const has = (of) => !of || of.includes(kind);
  const recipe = { kind };
  for (const [name, , , of] of CHOICES)
    if (has(of) && values[name] && name !== 'optimizer' && name !== 'schedule') recipe[name] = values[name];
  if (has(LEARNING)) Object.assign(recipe, { optimizer: { kind: optimizer }, schedule: { kind: schedule } });
  for (const [name, , read, , of] of FIELDS) {
    if (!has(of) || !values[name]) continue;
    const within = WITHIN[name];
    if (within) recipe[within] = { ...recipe[within], [name]: read(values[name]) };
    else recipe[name] = read(values[name]);
  }
  if (classWeights) recipe.classWeights = numbers(classWeights);
  else if (classWeighting === 'BALANCED') recipe.classWeighting = classWeighting;
  const excluded = all('excludedColumns');
  if (excluded.length > 0) recipe.excludedColumns = excluded;
  return recipe;
}
