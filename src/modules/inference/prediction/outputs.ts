/** The numbers that a model answers, in the words of its signature. */
import { largestOf } from '../../../kernel/largest';
import { USUAL_THRESHOLD } from '../../../kernel/statistics';
import { DType, type Signature, widthOf } from '../../models';

export type OutputRow = Readonly<Record<string, number | string | readonly number[]>>;

/** One row of `width` numbers: each named output takes its share in order; a text output is the label they lead to. */
export function outputRow(signature: Signature, numbers: Float32Array): OutputRow {
  const { outputs } = signature;
  const row: Record<string, number | string | readonly number[]> = {};
  const numeric = outputs.filter(({ dtype }) => dtype === DType.FLOAT32);
  let at = 0;
  numeric.forEach((output, index) => {
    const { name } = output;
    // The last one takes what is left, so that a model with many classes needs no shape to be read.
    const end = index === numeric.length - 1 ? numbers.length : at + widthOf(output);
    row[name] = end - at === 1 ? numbers[at]! : [...numbers.subarray(at, end)];
    at = end;
  });
  const label = labelOf(signature, numbers);
  if (label === undefined) return row;
  const named = outputs.find(({ dtype }) => dtype === DType.STRING);
  row[named?.name ?? 'label'] = label;
  return row;
}

function labelOf(
  { labels, threshold = USUAL_THRESHOLD }: Signature,
  numbers: Float32Array,
): string | undefined {
  if (!labels) return undefined;
  if (numbers.length === 1) return numbers[0]! >= threshold ? labels.at(-1) : labels[0];
  return labels[numbers.indexOf(largestOf(numbers))];
}
