/** What the figures of a load say: pure, in words and numbers. Without both the planned count and duration nothing passes. */
import { RunVerdict } from '../functional/run-verdict';
import { earlyStop, queriesNeeded } from './early-stopping';
import { type LoadPlan, LoadScenario, percentileOf } from './load-plan';
import type { LoadFigures } from './load-run';

export interface LoadVerdict {
  readonly verdict: RunVerdict;
  readonly reason: string;
}

/** Rows a second that were answered. */
export function throughputOf({ record, durationMs }: LoadFigures): number {
  return durationMs > 0 ? (1000 * record.answeredRows) / durationMs : 0;
}

export function loadVerdict(plan: LoadPlan, figures: LoadFigures): LoadVerdict {
  const { verdict, told } =
    plan.scenario === LoadScenario.OFFLINE ? byThroughput(plan, figures) : byLatency(plan, figures);
  const { record, isComplete } = figures;
  const failure = record.firstFailure === null ? '' : ` The first that failed said: ${record.firstFailure}`;
  if (isComplete || verdict !== RunVerdict.PASS) return { verdict, reason: `${told}${failure}` };
  const short = `It ended with ${record.queries} queries of at least ${plan.minQueries}, so nothing is shown.`;
  return { verdict: RunVerdict.NOT_ENOUGH_DATA, reason: `${told} ${short}${failure}` };
}

interface Finding {
  readonly verdict: RunVerdict;
  readonly told: string;
}

function byLatency({ scenario, latencyBoundMs, targetRate }: LoadPlan, { record }: LoadFigures): Finding {
  const { queries, failed, late } = record;
  const percentile = percentileOf(scenario);
  const over = failed + late;
  const at = targetRate === null ? '' : ` at ${targetRate} queries a second`;
  const bound = `p${percentile * 100} of ${latencyBoundMs} ms${at}`;
  const told = `${over} of ${queries} queries took longer than ${latencyBoundMs} ms or were not answered (${failed})`;
  switch (earlyStop(queries, over, percentile)) {
    case 'HOLDS':
      return { verdict: RunVerdict.PASS, told: `${told}: the ${bound} holds at 99 % confidence.` };
    case 'BROKEN':
      return { verdict: RunVerdict.FAIL, told: `${told}: the ${bound} does not hold, at 99 % confidence.` };
    case 'OPEN': {
      const needed = queriesNeeded(over, percentile);
      const more = `With so many over it ${needed} queries are needed to tell.`;
      return { verdict: RunVerdict.NOT_ENOUGH_DATA, told: `${told}: too few for the ${bound}. ${more}` };
    }
  }
}

function byThroughput({ scenario, targetRate }: LoadPlan, figures: LoadFigures): Finding {
  const rate = throughputOf(figures);
  const { record } = figures;
  const told = `${record.answeredRows} rows at ${rate.toFixed(1)} a second (${record.failed} queries were not answered); ${targetRate} are asked for.`;
  // What is left undone is no speed: as many must be answered as in time elsewhere.
  if (earlyStop(record.queries, record.failed, percentileOf(scenario)) === 'BROKEN')
    return { verdict: RunVerdict.FAIL, told: `${told} Too many were not answered, at 99 % confidence.` };
  return { verdict: rate >= targetRate! ? RunVerdict.PASS : RunVerdict.FAIL, told };
}
