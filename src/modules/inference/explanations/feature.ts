/** A named input of a model, and the columns that it takes in a prepared row: a category takes several. */
export interface Feature {
  readonly name: string;
  readonly from: number;
  /** Half open. */
  readonly to: number;
}

/** Sets one feature of the row at `at` in `target` to that of the row at `sourceAt` in `source`. */
export function withFeatureFrom(
  target: Float32Array,
  at: number,
  source: ArrayLike<number>,
  sourceAt: number,
  { from, to }: Feature,
): void {
  for (let column = from; column < to; column++) target[at + column] = source[sourceAt + column]!;
}

/** Rows that have the features of `mask` from `row` and the rest from each row of the background. */
export function coalitionRows(
  row: Float32Array,
  background: Float32Array,
  features: readonly Feature[],
  mask: number | ReadonlySet<number>,
  target: Float32Array,
  at: number,
): void {
  target.set(background, at);
  features.forEach((feature, index) => {
    const inside = typeof mask === 'number' ? (mask & (1 << index)) !== 0 : mask.has(index);
    if (!inside) return;
    for (let start = 0; start < background.length; start += row.length)
      withFeatureFrom(target, at + start, row, 0, feature);
  });
}

/** The mean of each column. */
export function meanRow(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * width + column]!;
    return sum / count;
  });
}
