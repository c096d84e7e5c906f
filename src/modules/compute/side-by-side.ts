/** Several answers of a model to the same rows, each row's beside each other. */

/** @param parts each with the same number of numbers for every one of the `count` rows. */
export function sideBySide(parts: readonly Float32Array[], count: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const widths = parts.map(({ length }) => length / count);
  if (!widths.every(Number.isInteger)) throw new Error('One of the outputs does not answer row by row.');
  const total = widths.reduce((sum, width) => sum + width, 0);
  const whole = new Float32Array(count * total);
  let offset = 0;
  parts.forEach((part, index) => {
    const width = widths[index]!;
    for (let row = 0; row < count; row++)
      whole.set(part.subarray(row * width, (row + 1) * width), row * total + offset);
    offset += width;
  });
  return whole;
}
