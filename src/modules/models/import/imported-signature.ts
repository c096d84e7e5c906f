/**
 * From what a model says of its tensors to a signature in the caller's words: which values a row holds, what comes out,
 * and what the caller must still say because the model does not.
 */
import { type ModelShape, NO_TENSOR, type TensorShape } from '../../compute';
import { ModelTask } from '../model.entity';
import { DType, type Signature, type TensorSpec } from '../signature.type';
import { thresholdOf, withThreshold } from '../threshold';

export interface ImportWish {
  readonly task: ModelTask;
  readonly inputNames?: readonly string[] | null;
  readonly inputShape?: readonly number[] | null;
  readonly outputNames?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly threshold?: number | null;
}

export interface ImportedInputs {
  /** Of one row of the first input: what a graph must be told. */
  readonly rowShape: readonly number[];
  readonly width: number;
  readonly inputs: readonly TensorSpec[];
  readonly preparation: object | null;
  /** It takes whole numbers alone. */
  readonly whole: boolean;
}

export const WIDEST_ROW = 2 ** 20;
const NUMBERS = new Set(['float32', 'float64', 'int32', 'int64']);

/** @throws Error that says what the model leaves open, and how to say it. */
export function importedInputs({ inputs }: ModelShape, wish: ImportWish): ImportedInputs {
  if (inputs.length === 0) throw new Error('The model has no input.');
  const shapes = inputs.map((input) => settled(input, inputs.length === 1 ? wish.inputShape : null));
  const widths = shapes.map(sizeOf);
  const width = widths.reduce((sum, one) => sum + one, 0);
  if (width > WIDEST_ROW) throw new Error(`A row has ${width} numbers; at most ${WIDEST_ROW} are taken.`);
  const rowShape = shapes[0]!;
  const common = { rowShape, width, whole: inputs.every(({ dtype }) => dtype.startsWith('int')) };
  if (wish.inputNames) return { ...common, inputs: namedColumns(wish.inputNames, width), preparation: null };
  const side = squareSide(rowShape);
  if (wish.task === ModelTask.IMAGE_CLASSIFICATION && inputs.length === 1 && side) {
    const image = { name: 'image', dtype: DType.IMAGE, shape: [side, side], min: 0, max: 1, optional: false };
    const preparation = { format: 1, kind: 'PIXELS', input: 'image', side, width };
    return { ...common, inputs: [image], preparation };
  }
  const specs = inputs.map(({ name }, index) => numbers(plainName(name), widths[index]!, shapes[index]!));
  return { ...common, inputs: specs, preparation: null };
}

/** The outputs that its owner wants served, in that order. @throws Error that names one that it has not, or that holds no numbers. */
export function servedOutputs(
  { outputs }: ModelShape,
  { outputNames }: Pick<ImportWish, 'outputNames'>,
): readonly TensorShape[] {
  const all = outputs.map(({ name }) => name).join(', ');
  const served =
    outputNames?.map((name) => {
      const output = outputs.find((one) => one.name === name);
      if (output) return output;
      throw new Error(`The model has no output ${name}. Its outputs are: ${all}.`);
    }) ?? outputs;
  for (const { name, dtype } of served) {
    if (dtype === 'string')
      throw new Error(`The output ${name} holds texts; only numbers are served. Name others in outputNames.`);
    if (dtype === NO_TENSOR)
      throw new Error(
        `The output ${name} is no tensor but a list or a map. Export the model without it: of scikit-learn with zipmap=False.`,
      );
  }
  return served;
}

/** @param width numbers that it answers a row, as it did. @throws Error when labels and numbers do not go together. */
export function importedOutputs(
  outputs: readonly TensorShape[],
  wish: ImportWish,
  width: number,
): TensorSpec[] {
  const { labels } = wish;
  if (labels && outputs.length !== 1)
    throw new Error(
      `The model has ${outputs.length} outputs (${outputs.map(({ name }) => name).join(', ')}); labels can be given to one alone. Name it in outputNames.`,
    );
  const classes = width === 1 ? 2 : width;
  if (labels && labels.length !== classes)
    throw new Error(
      `The model answers ${width} numbers a row, so there are ${classes} labels; ${labels.length} came.`,
    );
  const known = outputs.map(({ shape }) =>
    shape && !shape.includes(null) ? sizeOf(shape as number[]) : undefined,
  );
  const open = known.filter((one) => one === undefined).length;
  const rest = width - known.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  if (open > 1)
    throw new Error('The model leaves the widths of several outputs open. Export it with fixed shapes.');
  return outputs.map(({ name, shape }, index) => {
    const own = outputs.length === 1 ? width : (known[index] ?? rest);
    const fits = shape && !shape.includes(null) && sizeOf(shape as number[]) === own;
    return numbers(plainName(name), own, fits ? (shape as number[]) : [own]);
  });
}

/** What `Signature` holds of both. @throws Error when there is no probability to which a threshold could be. */
export function importedSignature(
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
  wish: ImportWish,
): Signature {
  const signature: Signature = {
    inputs: [...inputs],
    outputs: [...outputs],
    ...(wish.labels && { labels: [...wish.labels] }),
  };
  if (wish.threshold == null) return signature;
  if (thresholdOf(signature) === null)
    throw new Error('A threshold belongs to a model that answers one number a row, and to its two labels.');
  return withThreshold(signature, wish.threshold);
}

function settled(input: TensorShape, wished: readonly number[] | null | undefined): number[] {
  const { name, dtype, batch, shape } = input;
  if (!NUMBERS.has(dtype))
    throw new Error(
      `The input ${name} is of the type ${dtype}; ${[...NUMBERS].join(', ')} are taken. Export the model with such inputs; what makes numbers of texts stays outside of it.`,
    );
  if (batch !== null)
    throw new Error(
      `The input ${name} takes exactly ${batch} rows at a time. Export it with a free first dimension.`,
    );
  if (!shape && !wished) throw new Error(`The input ${name} does not say its shape. Say it in inputShape.`);
  const own = shape ?? wished!.map(() => null);
  if (
    wished &&
    (wished.length !== own.length || own.some((size, at) => size !== null && size !== wished[at]))
  )
    throw new Error(`The input ${name} takes rows of the shape ${words(own)}, not ${words(wished)}.`);
  return own.map((size, at) => {
    if (size !== null) return size;
    if (wished) return wished[at]!;
    throw new Error(
      `The input ${name} takes rows of the shape ${words(own)}. Say in inputShape what is open.`,
    );
  });
}

function namedColumns(names: readonly string[], width: number): TensorSpec[] {
  if (names.length !== width)
    throw new Error(`A row has ${width} numbers, so there are ${width} inputNames; ${names.length} came.`);
  if (new Set(names).size !== names.length) throw new Error('Two of the inputNames are the same.');
  return names.map((name) => numbers(name, 1, []));
}

function numbers(name: string, width: number, shape: readonly number[]): TensorSpec {
  return { name, dtype: DType.FLOAT32, optional: false, ...(width > 1 && { shape: [...shape] }) };
}

/** Greyscale, the channel last, first, or left out. */
function squareSide(shape: readonly number[]): number | undefined {
  const sides = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  const isSquare = sides[0] === sides[1] && (sides.length === 2 || (sides.length === 3 && sides[2] === 1));
  return isSquare ? sides[0] : undefined;
}

function plainName(name: string): string {
  return name.replace(/:\d+$/, '');
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function words(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
