/** A row that a signature accepts, to begin from: the first category, the middle of a range, words, a picture of a stroke. */

const PASSAGES = ['The shop opens at nine.', 'On Sundays it stays closed.'];

/** Whether the numbers of an input are days, for which dates are taken too. */
export const countsDays = ({ unit }) => unit === 'days since 1970-01-01';

/** @param days since 1970-01-01; the day, as 2026-01-31. */
export const dayOf = (days) => new Date(days * 86_400_000).toISOString().slice(0, 10);

export const exampleRow = (inputs) => Object.fromEntries(inputs.map((input) => [input.name, valueOf(input)]));

/** As JSON to be edited: a field a line, however long its list of numbers is. */
export function exampleText(inputs, row = exampleRow(inputs)) {
  const fields = Object.entries(row).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `[\n  {\n${fields.join(',\n')}\n  }\n]`;
}

function valueOf(input) {
  const { dtype, shape, max } = input;
  if (dtype === 'IMAGE') return stroke(shape, max ?? 1);
  if (dtype === 'STRING' && shape) return PASSAGES.slice(0, shape[0] ?? PASSAGES.length);
  // A free dimension begins with one.
  return shape ? Array(shape.reduce((size, side) => size * (side ?? 1), 1)).fill(oneOf(input)) : oneOf(input);
}

function oneOf(input) {
  const { name, dtype, categories, min, max } = input;
  if (categories) return categories[0];
  if (dtype === 'STRING') return name === 'question' ? 'When does the shop open?' : 'I like it.';
  const middle = Math.round(((min ?? 0) + (max ?? 0)) / 2);
  return countsDays(input) ? dayOf(middle) : middle;
}

/** Upright in the middle, row by row: what a digit of one looks like. */
function stroke([height, width], ink) {
  const inside = (at, side, from, to) => at >= side * from && at < side * to;
  return Array.from({ length: height * width }, (_, i) => {
    const isInk = inside(i % width, width, 0.45, 0.55) && inside(Math.floor(i / width), height, 0.2, 0.8);
    return isInk ? ink : 0;
  });
}
