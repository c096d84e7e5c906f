/** What a model says of its own inputs and outputs, before anybody believes it: the same words for every format. */

/** The `dtype` of what is no tensor: a list or a map. */
export const NO_TENSOR = 'no tensor';

export interface TensorShape {
  readonly name: string;
  /** As in TensorFlow and onnxruntime: `float32`, `int64`, … */
  readonly dtype: string;
  /** Rows at once; null = any number. */
  readonly batch: number | null;
  /** Of one row, a free dimension is null; undefined where the model does not say it. */
  readonly shape: readonly (number | null)[] | undefined;
}

export interface ModelShape {
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
}

/** @param dimensions those of the tensor, the rows first; below one = free. */
export function tensorShape(
  name: string,
  dtype: string,
  dimensions: readonly (number | null)[] | undefined,
): TensorShape {
  const known = dimensions?.map((size) => (size !== null && size >= 1 ? size : null));
  return { name, dtype, batch: known?.[0] ?? null, shape: known?.slice(1) };
}
