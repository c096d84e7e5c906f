/** Explanations of one answer: Shapley values, integrated gradients, and the occlusion of a text. */
import { invalidInput } from '../../../kernel/errors';
import type { DenseLayer } from '../../compute';
import type { WarmVersion } from '../../deployments';
import { DType } from '../../models';
import { type InputColumns, seededRandom } from '../../training';
import { askedRows, MAX_ROWS, numbersOf } from '../prediction/inputs';
import { coalitionRows, meanRow } from './feature';
import type { ExplanationWish } from './explain.input';
import { ExplanationMethod } from './explanation.type';
import { integratedGradients } from './integrated-gradients';
import type { MethodPlan } from './method-plan';
import { occluded, occlusionEffects, wordsOf } from './occlusion';
import { drawnOrders, EXACT_FEATURES, exactShapley, sampledShapley, type ShapleyValue } from './shapley';
import { backgroundOf, columnsOf, type Score, singleRow } from './study';

const SHAPLEY_PAIRS = 32;
/** Of one pair nobody can tell how far it is off. */
const FEWEST_PAIRS = 2;
const GRADIENT_STEPS = 128;
const MAX_WORDS = 500;

export function planShapley(version: WarmVersion, rows: unknown, wish: ExplanationWish): MethodPlan {
  const columns = columnsOf(version, wish.method);
  const row = singleRow(version, rows);
  const width = version.inputWidth;
  const all = backgroundOf(version);
  const background =
    wish.background === 1
      ? meanRow(all, width)
      : all.subarray(0, Math.min(all.length, wish.background * width));
  const exact = columns.length <= EXACT_FEATURES;
  const steps = columns.length + 1;
  const draws = exact ? 0 : 2 * Math.max(FEWEST_PAIRS, wish.samples ?? SHAPLEY_PAIRS);
  const coalitions = exact ? 2 ** columns.length : draws * steps;
  const count = background.length / width;
  return {
    rows: coalitions * count,
    first: row,
    run: async (score) => {
      // Not before: what takes too many requests is refused without a draw.
      const orders = drawnOrders(columns.length, draws / 2, seededRandom(wish.seed));
      const masks = exact ? Array.from({ length: coalitions }, (_, mask) => mask) : growing(orders);
      const worth = await worthOf(score, row, background, columns, masks, coalitions);
      const values: ShapleyValue[] = exact
        ? exactShapley(columns.length, worth)
        : sampledShapley(
            orders,
            orders.map((_, at) => worth.subarray(at * steps, (at + 1) * steps)),
          );
      // The first coalition holds nothing and the last everything, in either way.
      const [baseline, prediction] = [worth[0]!, worth.at(-1)!];
      return {
        attributions: attributed(columns, row, values),
        baseline,
        prediction,
        completenessError: gap(values, prediction - baseline),
        note: exact
          ? `Exact over all ${coalitions} coalitions, against ${count} rows of the background. It says what the model does, not what causes what.`
          : `Drawn from ${orders.length} orders in antithetic pairs, against ${count} rows of the background; the standard errors are those of the drawing. It says what the model does, not what causes what.`,
      };
    },
  };
}

/** The mean answer of each coalition over the background; so many are asked for at a time as a batch has room for. */
async function worthOf(
  score: Score,
  row: Float32Array,
  background: Float32Array,
  columns: readonly InputColumns[],
  masks: Iterable<number | ReadonlySet<number>>,
  coalitions: number,
): Promise<Float64Array> {
  const count = background.length / row.length;
  const worth = new Float64Array(coalitions);
  let done = 0;
  let asked: Float32Array | undefined;
  let filled = 0;
  for (const mask of masks) {
    const room = Math.min(Math.max(1, Math.floor(MAX_ROWS / count)), coalitions - done);
    asked ??= new Float32Array(room * background.length);
    coalitionRows(row, background, columns, mask, asked, filled * background.length);
    if (++filled < room) continue;
    const answers = await score(asked);
    for (let at = 0; at < answers.length; at++) worth[done + Math.floor(at / count)]! += answers[at]! / count;
    done += filled;
    filled = 0;
    asked = undefined;
  }
  return worth;
}

/** For each order: nothing, its first, its first two, … all. Each only until the next one is taken. */
function* growing(orders: readonly (readonly number[])[]): Generator<ReadonlySet<number>, void> {
  for (const order of orders) {
    const known = new Set<number>();
    yield known;
    for (const feature of order) yield known.add(feature);
  }
}

export function planIntegratedGradients(
  version: WarmVersion,
  rows: unknown,
  wish: ExplanationWish,
  networkOf: () => Promise<readonly DenseLayer[] | undefined>,
): MethodPlan {
  const columns = columnsOf(version, wish.method);
  const row = singleRow(version, rows);
  if (!version.artefacts.some(({ format }) => format === 'TFJS')) throw notDense();
  const baselineRow = meanRow(backgroundOf(version), version.inputWidth);
  const steps = wish.samples ?? GRADIENT_STEPS;
  return {
    rows: 1,
    first: row,
    run: async (score, target, prediction, goOn) => {
      const layers = await networkOf();
      if (!layers) throw notDense();
      const [baseline] = await score(baselineRow);
      const byColumn = await integratedGradients(layers, row, baselineRow, target.weights, steps, goOn);
      const values = columns.map(({ from, to }) => ({
        value: byColumn.slice(from, to).reduce((sum, value) => sum + value, 0),
        standardError: null,
      }));
      return {
        attributions: attributed(columns, row, values),
        baseline: baseline!,
        prediction,
        completenessError: gap(values, prediction - baseline!),
        note: `Exact gradients of the frozen layers at ${steps} points between the mean of the background and the row. Where the completeness error is not small, ask for more samples.`,
      };
    },
  };
}

export function planOcclusion(version: WarmVersion, rows: unknown, { method }: ExplanationWish): MethodPlan {
  const input = version.signature.inputs.find(
    ({ dtype, categories }) => dtype === DType.STRING && !categories,
  );
  if (!input) {
    const message = `${method} needs a model that takes a text.`;
    throw invalidInput(['input', 'method'], message, 'method');
  }
  const row = singleRow(version, rows);
  const given = rows as Readonly<Record<string, unknown>>;
  const text = given[input.name] as string;
  const words = wordsOf(text);
  if (words.length === 0 || words.length > MAX_WORDS) {
    const message = `A text of 1 to ${MAX_WORDS} words can be explained; this one has ${words.length}.`;
    throw invalidInput(['input', 'rows', input.name], message, 'words');
  }
  // A text of which nothing is left may be more than a model can read: a full stop stands for it.
  const variants = occluded(text, words).map((rest) => ({ ...given, [input.name]: rest.trim() || '.' }));
  const numbers = numbersOf(version, askedRows(variants));
  return {
    rows: variants.length,
    first: row,
    run: async (score, _target, prediction) => {
      const answers = [...(await score(numbers))];
      const baseline = answers.pop()!;
      const attributions = occlusionEffects(prediction, answers).map((contribution, at) => ({
        feature: words[at]!.text,
        contribution,
        position: words[at]!.from,
      }));
      const sum = attributions.reduce((total, { contribution }) => total + contribution, 0);
      return {
        attributions,
        baseline,
        prediction,
        completenessError: Math.abs(sum - (prediction - baseline)),
        note: 'Each word is left out alone. Words that only work together are underrated, those that say the same twice, too: the completeness error tells how much.',
      };
    },
  };
}

function attributed(columns: readonly InputColumns[], row: Float32Array, values: readonly ShapleyValue[]) {
  return columns.map((column, at) => ({
    feature: column.name,
    value: column.valueOf(row),
    contribution: values[at]!.value,
    standardError: values[at]!.standardError,
  }));
}

function gap(values: readonly ShapleyValue[], difference: number): number {
  return Math.abs(values.reduce((sum, { value }) => sum + value, 0) - difference);
}

function notDense() {
  const message = `${ExplanationMethod.INTEGRATED_GRADIENTS} needs a network of dense layers that was frozen here. Ask for SHAPLEY.`;
  return invalidInput(['input', 'method'], message, 'method');
}
