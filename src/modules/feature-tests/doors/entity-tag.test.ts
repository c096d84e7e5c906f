import { isKnown } from './entity-tag';

test.each([
  ['"abc"', true],
  ['W/"abc"', true],
  ['"x", "abc"', true],
  ['*', true],
  ['abc', false],
  ['"abcd"', false],
  ['', false],
  [undefined, false],
])('of a client that has %s it is known: %s', (header, known) => {
  expect(isKnown(header, '"abc"')).toBe(known);
});
