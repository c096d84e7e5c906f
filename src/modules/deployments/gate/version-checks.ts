/** What the gate can say of a version from the registry alone: pure, each check by name, with its numbers. */
import { normalQuantile } from '../../../kernel/statistics';
import { placeOfText } from '../../../kernel/text';
import {
  DerivationKind,
  DType,
  type ModelVersion,
  type TensorSpec,
  thresholdOf,
  widthOf,
} from '../../models';
import type { PromotionVerdict } from './promotion-check';

export type JudgedVersion = Pick<
  ModelVersion,
  'id' | 'signature' | 'metrics' | 'datasetVersionId' | 'derivation'
>;

/** Less is better. */
const LOSSES = new Set(['logLoss', 'brier', 'calibrationError', 'rmse', 'mae', 'meanSquaredError']);
/** In the unit of the label, whatever that is: how much is much, the parent's tells. */
const IN_A_UNIT = new Set(['rmse', 'mae', 'meanSquaredError']);
/** What another threshold trades for each other. */
const TRADED = new Set(['accuracy', 'precision', 'recall', 'f1']);
const LEVEL = 0.95;
/** So many categories are named. */
const LISTED = 12;
/** The part of a range at each of its ends in which nothing needs to have been seen: half of what was seen, on either side of it. */
const UNSEEN = 0.25;
/** So much of a figure of quality may be paid for size and speed. */
const MOST_LOST = 0.02;

/**
 * Whoever asks the deployment today must be able to go on asking, and to read the answer. A row holds every input of a version,
 * what may be null included, and nothing else: one input more or less, and nobody's rows are taken any more.
 */
export function signatureCheck(current: JudgedVersion, candidate: JudgedVersion): PromotionVerdict {
  const inputs = new Map(current.signature.inputs.map((input) => [input.name, input]));
  const faults = candidate.signature.inputs.flatMap((input) => {
    const { name, dtype, optional, unit } = input;
    const known = inputs.get(name);
    if (!known) return [`it needs ${name}, which nobody sends`];
    if (known.dtype !== dtype) return [`${name} was ${known.dtype} and is ${dtype}`];
    if (numbersOf(known) !== numbersOf(input))
      return [`${name} was ${numbersOf(known)} numbers and is ${numbersOf(input)}`];
    if (known.unit && known.unit !== unit) return [`${name} could be given in ${known.unit}`];
    if (known.optional && !optional) return [`${name} could be left out`];
    return [...forgotten(known, input), ...narrowed(known, input), ...shortened(known, input)];
  });
  const taken = new Set(candidate.signature.inputs.map(({ name }) => name));
  for (const name of inputs.keys()) if (!taken.has(name)) faults.push(`it refuses ${name}, which is sent`);
  const outputs = new Map(candidate.signature.outputs.map((output) => [output.name, output]));
  for (const known of current.signature.outputs) {
    const output = outputs.get(known.name);
    if (!output) faults.push(`it does not answer ${known.name}`);
    else if (output.dtype !== known.dtype)
      faults.push(`it answers ${known.name} as ${output.dtype}, which was ${known.dtype}`);
  }
  const passed = faults.length === 0;
  const detail = passed ? `${inputs.size} inputs and ${outputs.size} outputs fit` : faults.join('; ');
  return { name: 'same signature', passed, detail: `${candidate.id}: ${detail}` };
}

/**
 * No figure of quality is worse than that of the version that serves, beyond chance at 95 per cent. Only where both were
 * measured on rows held out from the same data: other rows, other figures. Undefined otherwise. With another threshold precision is given
 * for recall, or recall for precision, because somebody chose so: of what hangs on it a loss is refused only where nothing was gained.
 */
export function regressionCheck(
  current: JudgedVersion,
  candidate: JudgedVersion,
): PromotionVerdict | undefined {
  if (!candidate.datasetVersionId || candidate.datasetVersionId !== current.datasetVersionId)
    return undefined;
  const knownMetrics = new Map(current.metrics.map((metric) => [metric.name, metric]));
  const compared = candidate.metrics.flatMap((metric) => {
    const known = knownMetrics.get(metric.name);
    if (!known) return [];
    const gain = (metric.value - known.value) * (LOSSES.has(metric.name) ? -1 : 1);
    const error = Math.hypot(standardErrorOf(metric), standardErrorOf(known));
    const margin = normalQuantile((1 + LEVEL) / 2) * error;
    const isWorse = error > 0 && gain + margin < 0;
    const isBetter = error > 0 && gain - margin > 0;
    return [
      {
        name: metric.name,
        isWorse,
        isBetter,
        told: `${metric.name} ${told(metric.value)} (was ${told(known.value)})`,
      },
    ];
  });
  if (compared.length === 0) return undefined;
  const [before, now] = [thresholdOf(current.signature), thresholdOf(candidate.signature)];
  const traded = ({ name }: { readonly name: string }): boolean => before !== now && TRADED.has(name);
  const isTrade = compared.some((one) => one.isBetter && traded(one));
  const worse = compared.filter((one) => one.isWorse && !(isTrade && traded(one)));
  const shown = worse.length > 0 ? worse : compared;
  const isGiven = worse.length === 0 && compared.some(({ isWorse }) => isWorse);
  const verdict = isGiven
    ? `traded by the threshold ${now}, which was ${before}`
    : `${worse.length > 0 ? 'worse' : 'no worse'} beyond chance`;
  const detail = `${candidate.id}: ${verdict}: ${shown.map((one) => one.told).join(', ')}`;
  return { name: 'no regression', passed: worse.length === 0, detail };
}

/**
 * What a smaller or faster version lost against its parent. Undefined for a version that was made of no other, and for another
 * threshold: that is chosen for what it gives up.
 */
export function derivationCheck({ id, derivation }: JudgedVersion): PromotionVerdict | undefined {
  if (!derivation || derivation.kind === DerivationKind.THRESHOLD) return undefined;
  const { size, speed, quality } = derivation;
  const lost = quality.filter(({ metric, value, parent }) => {
    const loss = (value - parent) * (LOSSES.has(metric) ? 1 : -1);
    return loss > MOST_LOST * (IN_A_UNIT.has(metric) ? Math.abs(parent) : 1);
  });
  const figures = quality.map(
    ({ metric, value, parent }) => `${metric} ${told(value)} (parent ${told(parent)})`,
  );
  const gains = [
    `${size.bytes} bytes (parent ${size.parentBytes})`,
    speed ? `${told(speed.ms)} ms (parent ${told(speed.parentMs)})` : '',
  ].filter(Boolean);
  const detail = `${id}: ${[...figures, ...gains].join(', ')}; a loss up to ${MOST_LOST} passes, of an error in a unit up to ${MOST_LOST} of the parent’s`;
  return { name: 'loss by compression', passed: lost.length === 0, detail };
}

/** Categories that are taken today and would be refused. An input without a list takes any. */
function forgotten(known: TensorSpec, { name, categories }: TensorSpec): string[] {
  if (!categories) return [];
  if (!known.categories) return [`${name} took any text and takes ${categories.length} categories`];
  const lost = known.categories.filter((category) => placeOfText(categories, category) < 0);
  if (lost.length === 0) return [];
  const listed = lost.slice(0, LISTED).map((category) => JSON.stringify(category));
  return [`${name} does not know ${listed.join(', ')}${lost.length > LISTED ? ', …' : ''} any more`];
}

/** Of texts fewer characters than today, of lists of texts fewer texts. */
function shortened(known: TensorSpec, input: TensorSpec): string[] {
  if (input.dtype !== DType.STRING) return [];
  const limits = [
    ['characters', known.maxLength, input.maxLength],
    ['texts', known.shape && known.max, input.shape && input.max],
  ] as const;
  return limits.flatMap(([of, before, after]) =>
    after != null && after < (before ?? Infinity)
      ? [`${input.name} took ${before ?? 'any number of'} ${of} and takes ${after}`]
      : [],
  );
}

/** Ranges are learned with a margin, and another sample has another one: only what cuts into what was seen is told. */
function narrowed(known: TensorSpec, input: TensorSpec): string[] {
  if (known.dtype !== DType.FLOAT32 || known.min == null || known.max == null) return [];
  const margin = (known.max - known.min) * UNSEEN;
  const [min, max] = [input.min ?? -Infinity, input.max ?? Infinity];
  if (min <= known.min + margin && max >= known.max - margin) return [];
  return [
    `${input.name} was taken from ${told(known.min)} to ${told(known.max)} and is from ${told(min)} to ${told(max)}`,
  ];
}

/** How many numbers an input is; of pictures and texts it makes no difference to who sends them. */
function numbersOf(input: TensorSpec): number {
  return input.dtype === DType.FLOAT32 ? widthOf(input) : 1;
}

function standardErrorOf({ interval, level }: ModelVersion['metrics'][number]): number {
  if (!interval || !level) return 0;
  return (interval[1]! - interval[0]!) / 2 / normalQuantile((1 + level) / 2);
}

function told(value: number): string {
  return value.toPrecision(4);
}
