/** The time of a load by the clock of the house. Timers are precise to a millisecond, by which an arrival may be sent late. */
import { untilAborted } from '../../../kernel/cancellation';
import type { Clock } from '../../../kernel/clock';
import type { LoadTime } from './load-run';

export function loadTime(clock: Pick<Clock, 'monotonic'>): LoadTime {
  return {
    now: () => clock.monotonic(),
    until: (at, signal) => {
      const ms = at - clock.monotonic();
      const coming = new Promise<void>((resolve) => {
        if (ms > 0) setTimeout(resolve, Math.ceil(ms)).unref();
        else setImmediate(resolve);
      });
      return untilAborted(coming, signal);
    },
  };
}
