import { ManualClock } from '../../../kernel/clock';
import { Refusals } from './refusals';

function refused(): { clock: ManualClock; refusals: Refusals; error: Error } {
  const clock = new ManualClock();
  const refusals = new Refusals(clock);
  const error = new Error('exhausted');
  refusals.remember('a', error);
  return { clock, refusals, error };
}

test('a refusal is repeated for half a second, also after what is old was cleared away', () => {
  const { clock, refusals, error } = refused();
  clock.advance(400);
  refusals.forgetOld();
  expect([...refusals.customers()]).toEqual(['a']);
  expect([refusals.known('a'), refusals.known('b')]).toEqual([error, undefined]);
  clock.advance(100);
  expect(refusals.known('a')).toBeUndefined();
  refusals.forgetOld();
  expect([...refusals.customers()]).toEqual([]);
});

test('a clock that is set neither ends a refusal nor keeps it', () => {
  const { clock, refusals, error } = refused();
  clock.set('2030-01-01T00:00:00Z');
  refusals.forgetOld();
  expect(refusals.known('a')).toBe(error);
  clock.set('2020-01-01T00:00:00Z');
  clock.advance(500);
  refusals.forgetOld();
  expect([...refusals.customers()]).toEqual([]);
});
