/**
 * Puts a load on a version in the background, one at a time for each engine. Killed at any point it begins anew, because half a
 * load shows nothing, and leaves one result.
 */
import { Cancellation } from '../../../kernel/cancellation';
import type { Clock } from '../../../kernel/clock';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { LoadedVersion, VersionLoad } from '../../inference';
import { RunVerdict } from '../functional/run-verdict';
import { findPeak } from './find-peak';
import { type LoadPlan, MOST_MS } from './load-plan';
import { type LoadFigures, LoadRun } from './load-run';
import { loadTime } from './load-time';
import { loadVerdict } from './load-verdict';
import { type OrderedLoad, type PerformanceTestService, RUN_LOAD } from './performance-test.service';

const TELL_MS = 500;
/** What is done of the job when the peak begins to be looked for: how many steps that takes nobody knows. */
const BEFORE_PEAK = 0.5;

export interface PerformanceTestDoors {
  readonly tests: Pick<PerformanceTestService, 'keep'>;
  readonly load: Pick<VersionLoad, 'hold'>;
  readonly clock: Clock;
}

type Load = (plan: LoadPlan) => Promise<LoadFigures>;
/** Of the part of a load that is done, the part of the job. */
type Done = (part: number) => number;

export function performanceTestJob({ tests, load, clock }: PerformanceTestDoors): JobDefinition<OrderedLoad> {
  return {
    kind: RUN_LOAD,
    queue: ({ engineName }) => `performance test of ${engineName}`,
    run: async (order, context) => {
      const version = load.hold(order.versionId);
      const startedAt = clock.monotonic();
      try {
        const { findPeak: isPeakWanted } = order.plan;
        const put = (plan: LoadPlan, done: Done) => putLoad(plan, order.rows, version, context, clock, done);
        const figures = await put(order.plan, (part) => part * (isPeakWanted ? BEFORE_PEAK : 1));
        const leftMs = (): number => MOST_MS - (clock.monotonic() - startedAt);
        const step: Load = (plan) => put(plan, () => BEFORE_PEAK);
        const peakRate = isPeakWanted ? await peakOf(order.plan, figures, step, leftMs) : null;
        return await tests.keep(context.jobId, order, { figures, engine: version.engine, peakRate });
      } finally {
        version.release();
      }
    },
  };
}

async function putLoad(
  plan: LoadPlan,
  rows: readonly unknown[],
  version: LoadedVersion,
  { signal, progress }: JobContext,
  clock: Clock,
  done: Done,
): Promise<LoadFigures> {
  // Thousands of queries listen to it.
  const ending = new Cancellation();
  const stay = ending.follow(signal);
  const ask: LoadedVersion['ask'] = (some, withinMs, until) => version.ask(some, withinMs, until);
  const run = new LoadRun(plan, rows, ask, loadTime(clock), ending);
  const at = plan.targetRate === null ? '' : ` at ${plan.targetRate} a second`;
  const tell = setInterval(() => {
    // What is not told now is told the next time.
    progress(done(run.fraction), `${plan.scenario}${at}: ${run.queries} queries`).catch(() => undefined);
  }, TELL_MS);
  try {
    return await run.run();
  } finally {
    clearInterval(tell);
    stay();
  }
}

function peakOf(
  plan: LoadPlan,
  figures: LoadFigures,
  put: Load,
  leftMs: () => number,
): Promise<number | null> {
  const holds = (at: LoadPlan, of: LoadFigures): boolean => loadVerdict(at, of).verdict === RunVerdict.PASS;
  return findPeak(plan.targetRate!, holds(plan, figures), async (targetRate) => {
    const at = { ...plan, targetRate };
    const takesMs = Math.max(plan.minDurationMs, (1000 * plan.minQueries) / targetRate);
    return takesMs > leftMs() ? undefined : holds(at, await put(at));
  });
}
