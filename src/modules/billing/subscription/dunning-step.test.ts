import { dunningStep, READ_ONLY_MS } from './dunning-step';

test('a late payment keeps service, then reading, then nothing, each to the millisecond', () => {
  const graceEndsAt = new Date('2026-12-08T10:00:00Z');
  const at = (offset: number) => dunningStep(graceEndsAt, new Date(graceEndsAt.getTime() + offset));
  expect([at(-1), at(0), at(READ_ONLY_MS - 1), at(READ_ONLY_MS)]).toEqual([
    'GRACE',
    'READ_ONLY',
    'READ_ONLY',
    'END',
  ]);
});
