import { ManualClock } from '../../../kernel/clock';
import { AttemptLimit } from './attempt-limit';

describe('the limit on failed attempts', () => {
  test('blocks after so many failures until the window is over, and forgets at success', () => {
    const clock = new ManualClock();
    const limit = new AttemptLimit(clock, 2);
    limit.fail('a');
    expect(limit.blockedFor('a')).toBe(0);
    limit.fail('a');
    expect(limit.blockedFor('a')).toBeGreaterThan(0);
    expect(limit.blockedFor('b')).toBe(0);
    clock.advance(15 * 60_000);
    expect(limit.blockedFor('a')).toBe(0);
    limit.fail('b');
    limit.succeed('b');
    limit.fail('b');
    expect(limit.blockedFor('b')).toBe(0);
  });
});
