import { ManualClock } from '../../../kernel/clock';
import { AttemptLimit, type SharedCounts } from './attempt-limit';

const WINDOW_MS = 15 * 60_000;

describe('the limit on failed attempts', () => {
  test('blocks after so many failures until the window is over, and forgets at success', async () => {
    const clock = new ManualClock();
    const limit = new AttemptLimit(clock, 2);
    await limit.fail('a');
    expect(limit.blockedFor('a')).toBe(0);
    await limit.fail('a');
    expect(limit.blockedFor('a')).toBeGreaterThan(0);
    expect(limit.blockedFor('b')).toBe(0);
    clock.advance(WINDOW_MS);
    expect(limit.blockedFor('a')).toBe(0);
    await limit.fail('b');
    await limit.succeed('b');
    await limit.fail('b');
    expect(limit.blockedFor('b')).toBe(0);
  });

  test('a process that fails learns what others have counted, and one that does not asks nobody', async () => {
    const clock = new ManualClock();
    const asked: string[] = [];
    const shared: SharedCounts = {
      add: async (key, _now, since) => {
        asked.push(`add ${key}`);
        return { count: 7, since };
      },
      forget: async (key) => void asked.push(`forget ${key}`),
    };
    const limit = new AttemptLimit(clock, 8, shared);
    await limit.succeed('a');
    expect([limit.blockedFor('a'), asked]).toEqual([0, []]);
    expect(await new AttemptLimit(clock, 7, shared).fail('a')).toBe(0);
    const stricter = new AttemptLimit(clock, 6, {
      ...shared,
      add: async (_, since) => ({ count: 7, since }),
    });
    expect(await stricter.fail('a')).toBe(WINDOW_MS);
    expect(stricter.blockedFor('a')).toBe(WINDOW_MS);
    await stricter.succeed('a');
    expect(asked).toEqual(['add a', 'forget a']);
  });
});
