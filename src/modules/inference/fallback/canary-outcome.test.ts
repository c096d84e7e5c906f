/** What counts against a version, and on which number its answer rests. */
import { AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import { failureOf, scoreOf } from './canary-outcome';

const here = new AbortController().signal;

test('only what the version is to blame for counts against it', () => {
  expect(failureOf(new AppError('ENGINE_FAULT', ''), here)).toBe('FAILED');
  expect(failureOf(new AppError('DEADLINE_UNREACHABLE', ''), here)).toBe('FAILED');
  expect(failureOf(new Error('broken'), here)).toBe('FAILED');
  for (const code of ['OVERLOADED', 'RATE_LIMITED', 'QUOTA_EXCEEDED', 'INVALID_INPUT'] as const)
    expect(failureOf(new AppError(code, ''), here)).toBeUndefined();
  expect(failureOf(new Error('Connection terminated unexpectedly'), here)).toBeUndefined();
  expect(failureOf(new AppErrors([invalidInput([], '', '')]), here)).toBeUndefined();
  expect(failureOf(new AppError('ENGINE_FAULT', ''), AbortSignal.abort())).toBe('LEFT');
});

test('a score is the only number of the first row, or its largest class; texts have none', () => {
  expect(scoreOf({ probability: 0.3, label: 'no' })).toBe(0.3);
  expect(scoreOf([{ probability: 0.3 }, { probability: 0.9 }])).toBe(0.3);
  expect(scoreOf({ classes: [0.1, 0.7, 0.2] })).toBe(0.7);
  expect(scoreOf({ classes: Array.from({ length: 200_000 }, (_, at) => at) })).toBe(199_999);
  for (const outputs of [undefined, null, 'text', [], [null], { text: 'a' }, { none: [] }])
    expect(scoreOf(outputs)).toBeUndefined();
});
