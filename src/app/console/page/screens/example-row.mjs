/** A row that a signature accepts, to begin from: the first category, the middle of a range, words where text is asked for. */

export const exampleOf = (inputs) => Object.fromEntries(inputs.map((input) => [input.name, valueOf(input)]));

function valueOf({ dtype, categories, min, max }) {
  if (categories) return categories[0];
  if (dtype === 'STRING') return 'I like it.';
  return Math.round(((min ?? 0) + (max ?? 0)) / 2);
}
