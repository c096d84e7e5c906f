/**
 * Which number of an answer is explained: a weighted sum of the outputs. The probability of the negative class of a
 * two-class model is one minus the only output.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import { DType, type Signature } from '../../models';

export interface Target {
  readonly name: string;
  readonly weights: readonly number[];
  readonly offset: number;
}

const PATH = ['input', 'label'];

/** @throws AppError unless the model answers one number, or the label names one of its classes. */
export function targetOf(
  { labels, outputs }: Signature,
  outputWidth: number,
  wished: string | null | undefined,
): Target | 'LIKELIEST' {
  if (!labels) {
    const [output] = outputs.filter(({ dtype }) => dtype === DType.FLOAT32);
    if (wished != null) throw unknownLabel(wished, 'none: it answers no classes');
    if (outputWidth !== 1 || !output) throw severalNumbers();
    return { name: output.name, weights: [1], offset: 0 };
  }
  if (wished == null && outputWidth > 1) return 'LIKELIEST';
  const at = wished == null ? labels.length - 1 : labels.indexOf(wished);
  if (at < 0) throw unknownLabel(wished!, labels.join(', '));
  return targetOfClass(labels, at, outputWidth);
}

export function targetOfClass(labels: readonly string[], at: number, outputWidth: number): Target {
  const name = labels[at]!;
  if (outputWidth > 1) return { name, weights: labels.map((_, index) => (index === at ? 1 : 0)), offset: 0 };
  return at === labels.length - 1 ? { name, weights: [1], offset: 0 } : { name, weights: [-1], offset: 1 };
}

/** The explained number of each row of outputs. */
export function valuesOf({ weights, offset }: Target, outputs: Float32Array): Float64Array {
  const width = weights.length;
  return Float64Array.from({ length: outputs.length / width }, (_, row) =>
    weights.reduce(
      (sum, weight, at) => sum + (weight === 0 ? 0 : weight * outputs[row * width + at]!),
      offset,
    ),
  );
}

function unknownLabel(label: string, known: string): AppError {
  return invalidInput(
    PATH,
    `The model knows no class ${JSON.stringify(label)}. Its classes: ${known}.`,
    'label',
  );
}

function severalNumbers(): AppError {
  const message =
    'The model answers several numbers of equal standing, so there is no one number to explain.';
  return invalidInput(['input', 'deployment'], message, 'output');
}
