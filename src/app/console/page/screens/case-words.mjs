/** Cases of suites in words: what is asked, and what must be so about the answer. */

/** `[kind, in words, what it is held against]`. */
export const KINDS = [
  ['EQUALS', 'is', ['value']],
  ['BETWEEN', 'is between', ['minimum', 'maximum']],
  ['NEAR', 'is near', ['value', 'tolerance']],
  ['CONTAINS', 'contains', ['value']],
  ['UNCHANGED', 'stays the same', ['tolerance', 'changes']],
  ['MOVES_UP', 'rises', ['changes']],
  ['MOVES_DOWN', 'falls', ['changes']],
  ['REFUSED', 'the row is refused', []],
];

const asked = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** A row, or a part of one: `age 25, sector other`. */
export const rowSaid = (row) =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${value === null ? 'not known' : asked(value)}`)
    .join(', ');

const bounds = ({ minimum, maximum }) => {
  if (minimum === null) return `is ${maximum} or less`;
  return maximum === null ? `is ${minimum} or more` : `is from ${minimum} to ${maximum}`;
};
const within = ({ tolerance }) => (tolerance ? `, give or take ${tolerance}` : '');
const when = ({ changes }) => `when ${rowSaid(changes)}`;

const SAYING = {
  EQUALS: ({ value }) => `is ${asked(value)}`,
  BETWEEN: bounds,
  NEAR: (check) => `is ${asked(check.value)}${within(check)}`,
  CONTAINS: ({ value }) => `contains ${asked(value)}`,
  UNCHANGED: (check) => `stays the same${within(check)} ${when(check)}`,
  MOVES_UP: (check) => `rises ${when(check)}`,
  MOVES_DOWN: (check) => `falls ${when(check)}`,
};

export const checkSaid = (check) =>
  check.kind === 'REFUSED' ? 'It is refused.' : `${check.field} ${SAYING[check.kind](check)}`;

/** A case as it is sent: without what its checks do not say. */
export const caseSent = ({ checks, ...rest }) => ({
  ...rest,
  checks: checks.map((check) =>
    Object.fromEntries(Object.entries(check).filter(([, value]) => value !== null)),
  ),
});
