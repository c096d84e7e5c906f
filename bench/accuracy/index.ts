/**
 * How good models are that the product trains on real data: uploaded, prepared, trained and evaluated by itself, each
 * figure on rows held out, with its interval.
 */
import { tQuantile } from '../../src/kernel/statistics';
import type { Benchmark } from '../main';
import { median } from '../measure/rounds';
import { type Goal, printGoals, printTable } from '../measure/table';
import { Product, type Trained } from './product';
import { STUDIES, type Study } from './studies';

interface Result {
  readonly name: string;
  readonly metric: string;
  readonly value: number;
  readonly interval: readonly [number, number];
  /** Rows held out, of each training. */
  readonly rows: number;
  readonly trainings: number;
  readonly backend: string;
  readonly epochs: number;
  readonly secondsAnEpoch: number;
  readonly goal: Goal | null;
}

async function measured(product: Product, study: Study, dataset: string): Promise<Result> {
  const { seeds, heldOutShare, recipe, preparation, metric } = study;
  const trained: Trained[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    trained.push(
      await product.train({
        datasetVersionId: dataset,
        modelName: study.name.replace(/[^a-z]+/g, '-'),
        recipe: { ...recipe, seed },
        preparation: { steps: [], ...preparation, split: { validationShare: 0.05, heldOutShare } },
      }),
    );
  }
  const figures = trained.map(({ metrics }) => {
    const figure = metrics.find(({ name }) => name === metric);
    if (!figure) throw new Error(`there is no ${metric} among ${metrics.map(({ name }) => name).join(', ')}`);
    return figure;
  });
  const [first] = figures;
  const whole =
    seeds === 1
      ? { value: first!.value, interval: first!.interval! }
      : overSplits(
          figures.map(({ value }) => value),
          heldOutShare,
        );
  const epochs = trained.flatMap((one) => one.epochs);
  return {
    name: study.name,
    metric,
    ...whole,
    // Of F1 it counts the positive ones alone.
    rows: Math.max(...trained[0]!.metrics.map(({ n }) => n)),
    trainings: seeds,
    backend: trained[0]!.backend,
    epochs: trained[0]!.epochs.length,
    secondsAnEpoch: median(epochs.map(({ elapsedMs }) => elapsedMs)) / 1000,
    goal:
      study.goal === undefined
        ? null
        : {
            what: `${study.name}: ${metric}`,
            goal: `≥ ${study.goal}`,
            reached: whole.value,
            met: whole.value >= study.goal,
          },
  };
}

/**
 * Mean and 95 % interval of repeated random splits. The variance counts that the splits share rows: 1/J + held out / learned
 * from in place of 1/J (Nadeau, Bengio, Machine Learning 52, 2003); with Student's t of J - 1 degrees.
 */
function overSplits(
  values: readonly number[],
  heldOutShare: number,
): { value: number; interval: [number, number] } {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (n - 1);
  const half = tQuantile(0.975, n - 1) * Math.sqrt((1 / n + heldOutShare / (1 - heldOutShare)) * variance);
  return { value, interval: [value - half, value + half] };
}

function print(results: readonly Result[], missing: Readonly<Record<string, string>>): void {
  printTable(
    'on rows held out',
    ['figure', 'value', 'from', 'to', 'rows', 'trainings', 's an epoch'],
    results.map(({ name, metric, value, interval, rows, trainings, secondsAnEpoch }) => [
      name,
      metric,
      ...[value, ...interval].map((figure) => figure.toFixed(4)),
      String(rows),
      String(trainings),
      secondsAnEpoch.toFixed(2),
    ]),
  );
  printGoals(results.flatMap(({ goal }) => goal ?? []));
  for (const [name, reason] of Object.entries(missing)) console.log(`not measured: ${name}: ${reason}`);
}

export const benchmark: Benchmark = {
  summary:
    'models that the product trains on real data, measured on rows held out (--only NAME, --data FOLDER)',
  async run({ json, data, only }) {
    const results: Result[] = [];
    const missing: Record<string, string> = {};
    const product = await Product.start();
    try {
      for (const study of STUDIES.filter(({ name }) => name.startsWith(only))) {
        const upload = study.upload(data);
        if (typeof upload === 'string') {
          missing[study.name] = upload;
          continue;
        }
        const input = { name: study.name.replace(/[^a-z]+/g, '-'), ...upload.input };
        results.push(await measured(product, study, await product.import({ ...upload, input })));
        if (!json) console.error(`${study.name}: done`);
      }
    } finally {
      await product.close();
    }
    if (json) console.log(JSON.stringify({ benchmark: 'accuracy', results, missing }));
    else print(results, missing);
  },
};
