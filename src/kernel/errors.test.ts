import { AppError, AppErrors, notFound } from './errors';

/** The frames of what is made at the end of twelve calls. */
function framesOf(make: () => Error): number {
  const at = (depth: number): Error => (depth === 0 ? make() : at(depth - 1));
  return at(12)
    .stack!.split('\n')
    .filter((line) => line.startsWith('    at ')).length;
}

test('a refusal is traced to its maker and no further, a fault of ours in full', () => {
  expect(framesOf(notFound)).toBe(3);
  expect(framesOf(() => new AppErrors([notFound()]))).toBe(3);
  expect(framesOf(() => new AppError('INTERNAL', 'broken'))).toBe(Error.stackTraceLimit);
  expect(framesOf(() => new AppError('UPSTREAM_FAILED', 'away'))).toBe(Error.stackTraceLimit);
});

test('whatever is made after a refusal is traced as before', () => {
  const before = Error.stackTraceLimit;
  notFound();
  expect(Error.stackTraceLimit).toBe(before);
  expect(framesOf(() => new Error('other'))).toBe(before);
});
