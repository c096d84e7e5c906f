/**
 * How wrong the answers to a batch are, and in which direction they would have to move, in double precision. The
 * gradients are by the last layer's numbers before sigmoid or softmax: there they are p − y, without a division that
 * could be by nothing. The cross-entropy has both of its terms.
 */
export type Loss = 'MEAN_SQUARED_ERROR' | 'BINARY_CROSS_ENTROPY' | 'SOFTMAX_CROSS_ENTROPY';

export interface BatchLoss {
  /** Sum over the rows, each times its weight. */
  readonly sum: number;
  /** Sum of the rows' weights. */
  readonly weight: number;
  /** Rows that were called right; 0 for a regression. */
  readonly correct: number;
  /** Of `sum` / `totalWeight`, by each number that came in. */
  readonly gradient: Float32Array;
}

export interface LossRule {
  readonly loss: Loss;
  readonly answer: 'linear' | 'sigmoid' | 'softmax';
  /** Numbers a row. */
  readonly width: number;
  /** What a row of each class counts; 1 where there is none. */
  readonly classWeights: readonly number[] | null;
}

/** As TensorFlow does: a certain and wrong answer must not cost infinitely much. */
const CLIP = 1e-7;

/**
 * @param outputs rows × width, before sigmoid or softmax.
 * @param labels one a row: the class, or the number.
 * @param totalWeight what the whole batch weighs, of which these rows may be a part.
 */
export function lossOf(
  { loss, answer, width, classWeights }: LossRule,
  outputs: Float32Array,
  labels: ArrayLike<number>,
  totalWeight: number,
): BatchLoss {
  const rows = outputs.length / width;
  const gradient = new Float32Array(outputs.length);
  const answers = new Float64Array(width);
  let [sum, weight, correct] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    const label = labels[row]!;
    const counts = classWeights?.[label] ?? 1;
    // A batch of which no row counts weighs nothing, and moves nothing.
    const share = counts === 0 ? 0 : counts / totalWeight;
    answersOf(answer, outputs, at, answers);
    let own = 0;
    for (let unit = 0; unit < width; unit++) {
      const p = answers[unit]!;
      const truth = answer === 'softmax' ? Number(unit === label) : label;
      const miss = p - truth;
      if (loss === 'MEAN_SQUARED_ERROR') {
        own += miss ** 2 / width;
        gradient[at + unit] = squaredGradient(answer, answers, unit, label) * share;
      } else {
        own -= crossEntropy(loss, p, truth);
        gradient[at + unit] = miss * share;
      }
    }
    sum += own * counts;
    weight += counts;
    if (answer !== 'linear' && isRight(answers, label)) correct++;
  }
  return { sum, weight, correct, gradient };
}

/** What rows of these labels weigh together. */
export function weightOf(labels: ArrayLike<number>, classWeights: readonly number[] | null): number {
  if (!classWeights) return labels.length;
  let weight = 0;
  for (let row = 0; row < labels.length; row++) weight += classWeights[labels[row]!] ?? 1;
  return weight;
}

/** Sigmoid or softmax of one row, in double precision. */
export function answersOf(
  answer: LossRule['answer'],
  outputs: ArrayLike<number>,
  at: number,
  into: Float64Array,
): void {
  if (answer === 'softmax') {
    let peak = -Infinity;
    for (let unit = 0; unit < into.length; unit++) peak = Math.max(peak, outputs[at + unit]!);
    let total = 0;
    for (let unit = 0; unit < into.length; unit++) total += into[unit] = Math.exp(outputs[at + unit]! - peak);
    for (let unit = 0; unit < into.length; unit++) into[unit]! /= total;
    return;
  }
  for (let unit = 0; unit < into.length; unit++) {
    const z = outputs[at + unit]!;
    into[unit] = answer === 'sigmoid' ? 1 / (1 + Math.exp(-z)) : z;
  }
}

function crossEntropy(loss: Loss, p: number, truth: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, p));
  const ofTruth = truth * Math.log(clipped);
  return loss === 'BINARY_CROSS_ENTROPY' ? ofTruth + (1 - truth) * Math.log(1 - clipped) : ofTruth;
}

/** Of the mean over the units of (p − y)², through sigmoid or softmax. */
function squaredGradient(
  answer: LossRule['answer'],
  answers: Float64Array,
  unit: number,
  label: number,
): number {
  const width = answers.length;
  const p = answers[unit]!;
  if (answer === 'linear') return (2 * (p - label)) / width;
  if (answer === 'sigmoid') return ((2 * (p - label)) / width) * p * (1 - p);
  let mixed = 0;
  for (let other = 0; other < width; other++)
    mixed += (answers[other]! - Number(other === label)) * answers[other]!;
  return (2 / width) * p * (p - Number(unit === label) - mixed);
}

function isRight(answers: Float64Array, label: number): boolean {
  if (answers.length === 1) return Number(answers[0]! >= 0.5) === label;
  let best = 0;
  for (let unit = 1; unit < answers.length; unit++) if (answers[unit]! > answers[best]!) best = unit;
  return best === label;
}
