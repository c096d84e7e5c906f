/** The product's scheduler as a policy of the simulated device, its cost model taught as by a warm-up. */
import { Scheduler } from '../../src/modules/inference/scheduler/scheduler';
import {
  type Batch,
  DEFAULT_LIMITS,
  type SchedulerLimits,
  type Work,
} from '../../src/modules/inference/scheduler/work';
import type { Policy } from './simulated-device';

export function schedulerPolicy(
  taughtMs: (rows: number) => number,
  limits: Partial<SchedulerLimits> = {},
): Policy<Batch<Work>> {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const scheduler = new Scheduler<Work>(all);
  for (let rows = 1; rows <= all.batchRows; rows *= 2) scheduler.costs.observe('v1', rows, taughtMs(rows), 0);
  let late: Work[] = [];
  return {
    offer: (work, now) => scheduler.offer(work, now) === undefined,
    next: (now) => {
      late.push(...scheduler.expired(now));
      return scheduler.next(now);
    },
    finished: (batch, deviceMs, now) => scheduler.finished(batch, deviceMs, now),
    lookAgainAt: (now) => scheduler.lookAgainAt(now),
    dropped: () => {
      const taken = late;
      late = [];
      return taken;
    },
  };
}
