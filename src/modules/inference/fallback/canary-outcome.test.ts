/** What counts against a version, and on which number its answer rests. */
import { AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import { failureOf, scoreOf } from './canary-outcome';

const here = new AbortController().signal;
const usual = { leftMs: 4_990, askedAt: 0, usualMs: 5_000 };

test('only what the version is to blame for counts against it', () => {
  expect(failureOf(new AppError('ENGINE_FAULT', ''), here, usual)).toBe('FAILED');
  expect(failureOf(new Error('broken'), here, usual)).toBe('FAILED');
  for (const code of ['OVERLOADED', 'RATE_LIMITED', 'QUOTA_EXCEEDED', 'INVALID_INPUT'] as const)
    expect(failureOf(new AppError(code, ''), here, usual)).toBeUndefined();
  expect(failureOf(new Error('Connection terminated unexpectedly'), here, usual)).toBeUndefined();
  expect(failureOf(new AppErrors([invalidInput([], '', '')]), here, usual)).toBeUndefined();
  expect(failureOf(new AppError('ENGINE_FAULT', ''), AbortSignal.abort(), usual)).toBe('LEFT');
});

test('a deadline that passed counts against a version that had its chance, and what its engine does always counts', () => {
  const late = new AppError('DEADLINE_UNREACHABLE', '');
  expect(failureOf(late, here, usual)).toBe('FAILED');
  expect(failureOf(late, here, { leftMs: 60_000, askedAt: 0, usualMs: 5_000 })).toBe('FAILED');
  expect(failureOf(late, here, { leftMs: 2_500, askedAt: 0, usualMs: 5_000 })).toBe('FAILED');
  // The caller's own choice, or what the steps before it left.
  for (const leftMs of [2_499, 1, 0, -3])
    expect(failureOf(late, here, { leftMs, askedAt: 0, usualMs: 5_000 })).toBe('LATE');
  expect(failureOf(late, here, { leftMs: 30_000, askedAt: 0, usualMs: 30_000, toEnd: true })).toBeUndefined();
  for (const code of ['ENGINE_UNAVAILABLE', 'UPSTREAM_FAILED', 'ENGINE_FAULT'] as const)
    expect(
      failureOf(new AppError(code, ''), here, { leftMs: 1, askedAt: 0, usualMs: 5_000, toEnd: true }),
    ).toBe('FAILED');
});

test('a score is the only number of the first row, or its largest class; texts have none', () => {
  expect(scoreOf({ probability: 0.3, label: 'no' })).toBe(0.3);
  expect(scoreOf([{ probability: 0.3 }, { probability: 0.9 }])).toBe(0.3);
  expect(scoreOf({ classes: [0.1, 0.7, 0.2] })).toBe(0.7);
  expect(scoreOf({ classes: Array.from({ length: 200_000 }, (_, at) => at) })).toBe(199_999);
  for (const outputs of [undefined, null, 'text', [], [null], { text: 'a' }, { none: [] }])
    expect(scoreOf(outputs)).toBeUndefined();
});
