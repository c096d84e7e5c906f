/**
 * The steps down the gradient, on plain numbers: stochastic gradient descent, momentum (Polyak 1964), RMSProp (Hinton 2012)
 * and Adam with its bias correction (Kingma, Ba 2015). One pass over the memory a step; the memory an optimizer keeps is
 * two arrays at most, which a checkpoint stores as they are.
 */
export type OptimizerKind = 'SGD' | 'MOMENTUM' | 'RMSPROP' | 'ADAM';

export interface OptimizerSettings {
  readonly kind: OptimizerKind;
  /** MOMENTUM: share of the last step that goes on; 0.9. */
  readonly momentum: number;
  /** RMSPROP: share of the mean of squares that stays; 0.9. */
  readonly decay: number;
}

export interface OptimizerState {
  /** Steps taken. */
  steps: number;
  /** For each parameter its arrays. */
  readonly slots: readonly (readonly Float32Array[])[];
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** Arrays that an optimizer keeps for each parameter. */
export const SLOTS: Readonly<Record<OptimizerKind, number>> = { SGD: 0, MOMENTUM: 1, RMSPROP: 1, ADAM: 2 };

export function newOptimizerState(
  { kind }: OptimizerSettings,
  weights: readonly Float32Array[],
): OptimizerState {
  const slots = weights.map(({ length }) =>
    Array.from({ length: SLOTS[kind] }, () => new Float32Array(length)),
  );
  return { steps: 0, slots };
}

/** Takes one step against the gradients; changes weights and state. */
export function step(
  settings: OptimizerSettings,
  state: OptimizerState,
  weights: readonly Float32Array[],
  gradients: readonly Float32Array[],
  learningRate: number,
): void {
  state.steps++;
  weights.forEach((values, index) => {
    const slopes = gradients[index]!;
    const [first, second] = state.slots[index]!;
    switch (settings.kind) {
      case 'SGD':
        for (let i = 0; i < values.length; i++) values[i]! -= learningRate * slopes[i]!;
        return;
      case 'MOMENTUM':
        for (let i = 0; i < values.length; i++) {
          first![i] = settings.momentum * first![i]! + slopes[i]!;
          values[i]! -= learningRate * first![i]!;
        }
        return;
      case 'RMSPROP':
        for (let i = 0; i < values.length; i++) {
          const slope = slopes[i]!;
          first![i] = settings.decay * first![i]! + (1 - settings.decay) * slope * slope;
          values[i]! -= (learningRate * slope) / (Math.sqrt(first![i]!) + EPSILON);
        }
        return;
      case 'ADAM':
        adam(values, slopes, first!, second!, state.steps, learningRate);
    }
  });
}

function adam(
  values: Float32Array,
  slopes: Float32Array,
  means: Float32Array,
  squares: Float32Array,
  steps: number,
  learningRate: number,
): void {
  const meanScale = 1 / (1 - BETA_1 ** steps);
  const squareScale = 1 / (1 - BETA_2 ** steps);
  for (let i = 0; i < values.length; i++) {
    const slope = slopes[i]!;
    const mean = BETA_1 * means[i]! + (1 - BETA_1) * slope;
    const square = BETA_2 * squares[i]! + (1 - BETA_2) * slope * slope;
    means[i] = mean;
    squares[i] = square;
    values[i]! -= (learningRate * mean * meanScale) / (Math.sqrt(square * squareScale) + EPSILON);
  }
}

/** Adds what λ Σ w² costs to the gradients of kernels: 2 λ w. Biases and what is looked up stay as they are. */
export function addPenalty(
  l2: number,
  isKernel: readonly boolean[],
  weights: readonly Float32Array[],
  gradients: readonly Float32Array[],
): void {
  if (l2 === 0) return;
  weights.forEach((values, index) => {
    if (!isKernel[index]) return;
    const slopes = gradients[index]!;
    for (let i = 0; i < values.length; i++) slopes[i]! += 2 * l2 * values[i]!;
  });
}

/** Shortens the gradients, all together, to this length at most (Pascanu et al. 2013). */
export function clipToNorm(most: number | null, gradients: readonly Float32Array[]): void {
  if (most === null) return;
  let squares = 0;
  for (const slopes of gradients) for (let i = 0; i < slopes.length; i++) squares += slopes[i]! ** 2;
  const norm = Math.sqrt(squares);
  if (!(norm > most)) return;
  for (const slopes of gradients) for (let i = 0; i < slopes.length; i++) slopes[i]! *= most / norm;
}
