import 'reflect-metadata';
import { PNG } from 'pngjs';
import type { Table } from '../dataset/table-file';
import { inputColumnsOf } from './columns';
import { encodeRow, type TablePreparation } from './encode-row';
import { fitPreparation } from './fit-preparation';
import { applyToRows, inputsOf } from './preparation';
import type { RecipeStep } from './preparation-recipe';
import { recipeFaults } from './recipe-columns';

function picture(grey: number): string {
  const image = new PNG({ width: 4, height: 4 });
  for (let at = 0; at < 16; at++) image.data.set([grey, grey, grey, 255], at * 4);
  return PNG.sync.write(image).toString('base64');
}

const TABLE: Table = {
  columns: [
    { name: 'income', kind: 'NUMERIC' },
    { name: 'city', kind: 'CATEGORICAL' },
    { name: 'note', kind: 'TEXT' },
    { name: 'face', kind: 'IMAGE' },
  ],
  rows: [
    [0, 'Bern', 'a good day', picture(0)],
    [10, 'Bern', 'a bad day', picture(255)],
    [20, 'Genf', 'good', null],
    [100, 'Chur', null, picture(51)],
    [9000, 'Zug', 'secret words', picture(9)],
  ],
};
const NAMES = TABLE.columns.map(({ name }) => name);
/** The last row is held out: nothing of it may be found in what was fitted. */
const TRAINING = [0, 1, 2, 3];

const fitted = (steps: RecipeStep[], names = NAMES): TablePreparation =>
  fitPreparation(TABLE, names, TRAINING, { steps });

function encoded(preparation: TablePreparation, row: Record<string, unknown>): number[] {
  const target = new Float32Array(preparation.width);
  encodeRow(preparation, (name) => row[name] as never, target);
  return [...target];
}

const income = (steps: RecipeStep[], value: number | null): number =>
  encoded(fitted(steps, ['income']), { income: value })[0]!;

test('without a recipe, and with one without steps, the preparation is the same', () => {
  expect(fitted([])).toEqual(fitPreparation(TABLE, NAMES, TRAINING));
});

test('a number is normalised to 0 and 1 of the training part', () => {
  const steps: RecipeStep[] = [{ kind: 'NORMALISE' }];
  expect([0, 100, 50, 9000].map((value) => income(steps, value))).toEqual([0, 1, 0.5, 90]);
});

test('steps work in their order: clipped before it is scaled, or after', () => {
  const clip = (max: number): RecipeStep => ({ kind: 'CLIP', max });
  expect(income([clip(20), { kind: 'NORMALISE' }], 9000)).toBe(1);
  expect(income([{ kind: 'NORMALISE' }, clip(0.5)], 9000)).toBe(0.5);
  expect(income([{ kind: 'NORMALISE' }, clip(0.5)], 20)).toBeCloseTo(0.2, 6);
});

test('a number that is only clipped is standardised after it', () => {
  const clipped = [0, 10, 20, 20];
  const mean = 12.5;
  const spread = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
  expect(income([{ kind: 'CLIP', max: 20 }], 100)).toBeCloseTo((20 - mean) / spread, 6);
});

test('bounds at a quantile come from the training part', () => {
  const [step] = fitted([{ kind: 'CLIP', quantile: 0.25 }], ['income']).steps;
  expect(step).toMatchObject({ operations: [{ kind: 'CLIP', min: 7.5, max: 40 }, { kind: 'SCALE' }] });
});

test.each([
  ['MEDIAN', 15],
  ['MEAN', 32.5],
  ['CONSTANT', -1],
] as const)('what is missing becomes the %s, and may then be missing in serving', (rule, value) => {
  const steps: RecipeStep[] = [{ kind: 'FILL', rule, value: '-1' }, { kind: 'NORMALISE' }];
  expect(income(steps, null)).toBeCloseTo(value / 100, 6);
  expect(inputsOf(fitted(steps, ['income']))[0]).toMatchObject({ optional: true });
});

test('clipped numbers are taken by serving however far they lie', () => {
  const preparation = fitted([{ kind: 'CLIP', min: 0, max: 50 }], ['income']);
  const signature = { inputs: inputsOf(preparation), outputs: [] };
  const at = (value: number): Float32Array =>
    applyToRows(preparation, signature, [{ income: value }], () => []);
  expect(at(1e9)).toEqual(at(50));
});

test('only the most frequent categories get a number, and others are accepted as none of them', () => {
  const preparation = fitted([{ kind: 'ONE_HOT', most: 1 }], ['city']);
  expect([encoded(preparation, { city: 'Bern' }), encoded(preparation, { city: 'Oslo' })]).toEqual([
    [1],
    [0],
  ]);
  expect(inputsOf(preparation)[0]!.categories).toBeUndefined();
});

test('a hashed category is 1 in one bucket, also one never seen, and none of the texts is kept', () => {
  const preparation = fitted([{ kind: 'HASH', buckets: 16 }], ['city']);
  for (const city of ['Bern', 'Oslo', '']) {
    const row = encoded(preparation, { city });
    expect([row.length, row.reduce((sum, value) => sum + value)]).toEqual([16, 1]);
  }
  expect(encoded(preparation, { city: 'Oslo' })).not.toEqual(encoded(preparation, { city: 'Bern' }));
  expect(JSON.stringify(preparation)).not.toMatch(/Genf|Chur|Zug/);
});

describe('a text', () => {
  const ngrams = (more: object = {}): TablePreparation =>
    fitted(
      [
        {
          kind: 'NGRAMS',
          unit: 'WORDS',
          shortest: 1,
          longest: 1,
          buckets: 4096,
          weighting: 'COUNT',
          ...more,
        },
      ],
      ['note'],
    );
  const note = (preparation: TablePreparation, text: string | null): number[] =>
    encoded(preparation, { note: text });

  test('has length 1 however long it is, and the same words make the same numbers', () => {
    const row = note(ngrams(), 'Good, GOOD day');
    expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
    expect(note(ngrams(), 'good day good')).toEqual(row);
    expect(
      row
        .filter((value) => value !== 0)
        .map(Math.abs)
        .sort(),
    ).toEqual([expect.closeTo(1 / Math.sqrt(5), 6), expect.closeTo(2 / Math.sqrt(5), 6)]);
  });

  test('in pairs of words knows their order', () => {
    const pairs = ngrams({ shortest: 2, longest: 2 });
    expect(note(pairs, 'not good')).not.toEqual(note(pairs, 'good not'));
  });

  test('in characters finds words with a mistake in them alike', () => {
    const characters = ngrams({ unit: 'CHARACTERS', shortest: 3, longest: 3 });
    const likeness = (a: string, b: string): number =>
      note(characters, a).reduce((sum, value, at) => sum + value * note(characters, b)[at]!, 0);
    expect(likeness('excellent', 'excelent')).toBeGreaterThan(0.5);
    expect(likeness('excellent', 'terrible')).toBeLessThan(0.2);
  });

  test('without a word, or missing, is nothing at all', () => {
    expect(note(ngrams(), '!?').every((value) => value === 0)).toBe(true);
    expect(note(ngrams(), null)).toEqual(note(ngrams(), ''));
  });

  test('has words with the marks of their letters, and those that learned before go on as they learned', () => {
    const [ki, kii] = ['\u0915\u093f', '\u0915\u0940'];
    const fit = ngrams();
    expect(note(fit, ki)).not.toEqual(note(fit, kii));
    expect(note(fit, 'Zu\u0308rich')).toEqual(note(fit, 'Z\u00fcrich'));
    const before = { ...fit, steps: fit.steps.map((step) => ({ ...step, marks: undefined })) };
    expect(note(before as TablePreparation, ki)).toEqual(note(before as TablePreparation, kii));
  });

  test('counts rare words more with TF-IDF, fitted on the training part', () => {
    const row = note(ngrams({ weighting: 'TF_IDF' }), 'day bad');
    const sizes = row.filter((value) => value !== 0).map(Math.abs);
    // ln(4 / 3) + 1 for "day" in two of three texts, ln(4 / 2) + 1 for "bad" in one.
    const [day, bad] = [Math.log(4 / 3) + 1, Math.log(4 / 2) + 1];
    const length = Math.hypot(day, bad);
    expect(sizes.sort()).toEqual([expect.closeTo(day / length, 5), expect.closeTo(bad / length, 5)]);
  });
});

describe('a sequence', () => {
  const notes = (text: string | null, length: number, unit: 'WORDS' | 'CHARACTERS' = 'WORDS'): number[] => {
    const steps: RecipeStep[] = [{ kind: 'SEQUENCE', unit, length, vocabulary: 50 }];
    return encoded(fitted(steps, ['note']), { note: text });
  };

  test('is one whole number a word in order, the same for the same word, and zeros before a short text', () => {
    const [none, good, day, again] = notes('Good day, good', 4);
    expect(none).toBe(0);
    expect([good, day]).not.toContain(0);
    expect(again).toBe(good);
    expect(day).not.toBe(good);
    expect(notes('day good', 2)).toEqual([day, good]);
    expect(notes('xyz', 3, 'CHARACTERS')).toHaveLength(3);
  });

  test('is cut off at its end, stays below its vocabulary, and is nothing but zeros without a word', () => {
    expect(notes('good day and a good night', 2)).toEqual(notes('good day', 2));
    const many = notes(Array.from({ length: 500 }, (_, at) => `word${at}`).join(' '), 500);
    expect([Math.min(...many), Math.max(...many)]).toEqual([1, 49]);
    expect(notes(null, 2)).toEqual([0, 0]);
  });
});

test('an image becomes greys; what is none is refused at its name, and none at all is black', () => {
  const preparation = fitted([{ kind: 'PIXELS', side: 2 }], ['face']);
  expect(encoded(preparation, { face: picture(51) }).map((value) => value.toFixed(2))).toEqual(
    Array(4).fill('0.20'),
  );
  expect(encoded(preparation, { face: null })).toEqual([0, 0, 0, 0]);
  const signature = { inputs: inputsOf(preparation), outputs: [] };
  expect(() => applyToRows(preparation, signature, [{ face: '#' }], () => ['rows', '0'])).toThrow('base64');
});

test('a dropped column is no input any more', () => {
  const preparation = fitted([{ kind: 'DROP', columns: ['note', 'face'] }]);
  expect(inputsOf(preparation).map(({ name }) => name)).toEqual(['income', 'city']);
});

test('nothing that is held out is found in what was fitted, and it survives being stored', () => {
  const preparation = fitted([{ kind: 'NORMALISE' }, { kind: 'ONE_HOT' }]);
  expect(JSON.stringify(preparation)).not.toMatch(/9000|Zug|secret/);
  const stored = JSON.parse(JSON.stringify(preparation)) as TablePreparation;
  const row = { income: 33, city: 'Bern', note: 'a good night', face: picture(7) };
  expect(encoded(stored, row)).toEqual(encoded(preparation, row));
});

test('what was prepared by steps can be read back in the unit of the caller', () => {
  const preparation = fitted([{ kind: 'NORMALISE' }], ['income', 'city']);
  const version = { signature: { inputs: inputsOf(preparation), outputs: [] }, preparation };
  const row = encoded(preparation, { income: 40, city: 'Genf' });
  const read = inputColumnsOf(version)!.map(({ name, valueOf }) => [name, valueOf(row)]);
  expect(read).toEqual([
    ['income', 40],
    ['city', 'Genf'],
  ]);
  expect(inputColumnsOf({ ...version, preparation: fitted([], ['income', 'note']) })).toBeUndefined();
});

test.each<[string, RecipeStep[], string]>([
  ['a column that is not there', [{ kind: 'NORMALISE', columns: ['wage'] }], 'no column wage'],
  ['a text that is standardised', [{ kind: 'STANDARDISE', columns: ['city'] }], 'CATEGORICAL'],
  [
    'two encodings of one column',
    [
      { kind: 'ONE_HOT', columns: ['city'] },
      { kind: 'HASH', columns: ['city'], buckets: 8 },
    ],
    'Two steps',
  ],
  ['preparation after augmentation', [{ kind: 'BALANCE' }, { kind: 'NORMALISE' }], 'before it'],
  ['clipping without a bound', [{ kind: 'CLIP' }], 'min, max or quantile'],
  ['bounds that are the wrong way round', [{ kind: 'CLIP', min: 2, max: 1 }], 'below max'],
  ['a constant that is not given', [{ kind: 'FILL', rule: 'CONSTANT' }], 'needs a value'],
  ['a text for numbers', [{ kind: 'FILL', rule: 'CONSTANT', value: 'none' }], 'Name the columns'],
  ['everything dropped', [{ kind: 'DROP', columns: NAMES }], 'nothing to learn'],
  ['flipping along no axis', [{ kind: 'FLIP', horizontal: false, vertical: false, copies: 1 }], 'Flip'],
])('%s is refused before anything is trained', (_, steps, words) => {
  const faults = recipeFaults({ steps }, TABLE.columns, { isRegression: false, path: ['input'] });
  expect(faults.map(({ message }) => message).join(' ')).toContain(words);
  expect(faults[0]!.path?.slice(0, 2)).toEqual(['input', 'steps']);
});

test('an image is not moved by more than half of its side', () => {
  const columns = [{ ...TABLE.columns[0]!, name: 'picture', kind: 'IMAGE' as const }];
  const faultsOf = (pixels: number) =>
    recipeFaults(
      {
        steps: [
          { kind: 'PIXELS', side: 8 },
          { kind: 'SHIFT', pixels, copies: 1 },
        ],
      },
      columns,
      { isRegression: false, path: [] },
    );
  expect(faultsOf(4)).toEqual([]);
  expect(faultsOf(5).map(({ message }) => message)).toEqual([expect.stringContaining('4 pixels')]);
});

test('a step for a kind that no column has is refused, and so is balancing a regression', () => {
  const columns = TABLE.columns.slice(0, 1);
  const faults = recipeFaults({ steps: [{ kind: 'PIXELS', side: 8 }, { kind: 'BALANCE' }] }, columns, {
    isRegression: true,
    path: [],
  });
  expect(faults.map(({ data }) => data.constraint)).toEqual(['columns', 'classes']);
});
