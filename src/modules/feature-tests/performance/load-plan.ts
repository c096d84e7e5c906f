/**
 * What a performance test asks for: one of MLPerf Inference's scenarios (Reddi et al. 2020), what must hold, and how long and how
 * often it is tried before anything may be said. Pure: faults come all at once, and what is left out follows from the scenario.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import { queriesNeeded } from './early-stopping';

export enum LoadScenario {
  SINGLE_STREAM = 'SINGLE_STREAM',
  MULTI_STREAM = 'MULTI_STREAM',
  SERVER = 'SERVER',
  OFFLINE = 'OFFLINE',
}

export interface LoadWish {
  readonly scenario: LoadScenario;
  readonly seed: number;
  readonly rowsPerQuery?: number | null;
  readonly targetRate?: number | null;
  readonly latencyBoundMs?: number | null;
  readonly minQueries?: number | null;
  readonly minDurationMs: number;
  readonly findPeak: boolean;
}

export interface LoadPlan {
  readonly scenario: LoadScenario;
  readonly seed: number;
  readonly rowsPerQuery: number;
  /** SERVER: queries a second that must hold. OFFLINE: rows a second that must be done. Null in a stream. */
  readonly targetRate: number | null;
  /** Null in OFFLINE: nobody waits for a single answer. */
  readonly latencyBoundMs: number | null;
  readonly minQueries: number;
  readonly minDurationMs: number;
  /** Of SERVER: whether the largest rate that holds is looked for. */
  readonly findPeak: boolean;
}

/** A test ends by then, whatever it has reached. */
export const MOST_MS = 600_000;
/** Arrivals of one test are timed by this process, which serves others meanwhile. */
export const MOST_RATE = 1000;
export const MOST_ROWS_PER_QUERY = 64;
const STREAM_ROWS = 8;
/** Rows of a piece of OFFLINE: the scheduler makes batches of them, none of which must hold up a customer for long. */
export const OFFLINE_PIECE = 32;
/** As many rows as MLPerf asks for at least. */
const OFFLINE_ROWS = 24_576;

/** The share of queries that must be answered within the bound, by the rules of MLPerf. */
export function percentileOf(scenario: LoadScenario): number {
  return scenario === LoadScenario.SINGLE_STREAM ? 0.9 : 0.99;
}

export function planFaults(wish: LoadWish): AppError[] {
  const { scenario, rowsPerQuery, targetRate, latencyBoundMs, minQueries, minDurationMs, findPeak } = wish;
  const faults: AppError[] = [];
  const fault = (field: keyof LoadWish, message: string): void => {
    faults.push(invalidInput(['input', field], message, 'scenario'));
  };
  const isStream = scenario === LoadScenario.SINGLE_STREAM || scenario === LoadScenario.MULTI_STREAM;
  if (rowsPerQuery != null && scenario !== LoadScenario.MULTI_STREAM)
    fault('rowsPerQuery', `${scenario} has no such number; it belongs to MULTI_STREAM.`);
  if (isStream && targetRate != null)
    fault('targetRate', `${scenario} has no rate of its own: the next query waits for the last answer.`);
  if (!isStream && targetRate == null) fault('targetRate', `${scenario} needs a rate that must hold.`);
  if (scenario === LoadScenario.SERVER && targetRate != null && targetRate > MOST_RATE)
    fault('targetRate', `At most ${MOST_RATE} queries a second are sent.`);
  if (scenario === LoadScenario.OFFLINE && latencyBoundMs != null)
    fault('latencyBoundMs', 'OFFLINE has no bound: nobody waits for a single answer.');
  if (scenario !== LoadScenario.OFFLINE && latencyBoundMs == null)
    fault('latencyBoundMs', `${scenario} needs a bound that the answers must keep.`);
  if (findPeak && scenario !== LoadScenario.SERVER)
    fault('findPeak', 'Only SERVER has a rate whose peak can be looked for.');
  const queries = minQueries ?? leastQueries(scenario);
  if (scenario === LoadScenario.SERVER && targetRate && (1000 * queries) / targetRate > MOST_MS)
    fault(
      'minQueries',
      `At ${targetRate} queries a second ${queries} take longer than the ${MOST_MS} ms of a test.`,
    );
  if (minDurationMs > MOST_MS) fault('minDurationMs', `A test takes at most ${MOST_MS} ms.`);
  return faults;
}

export function planOf(wish: LoadWish): LoadPlan {
  const { scenario, seed, minDurationMs, findPeak } = wish;
  const rows = { [LoadScenario.MULTI_STREAM]: STREAM_ROWS, [LoadScenario.OFFLINE]: OFFLINE_PIECE } as const;
  return {
    scenario,
    seed,
    rowsPerQuery: wish.rowsPerQuery ?? (rows as Partial<Record<LoadScenario, number>>)[scenario] ?? 1,
    targetRate: wish.targetRate ?? null,
    latencyBoundMs: wish.latencyBoundMs ?? null,
    minQueries: wish.minQueries ?? leastQueries(scenario),
    minDurationMs,
    findPeak,
  };
}

/** As many as are enough with one of them over the bound; of OFFLINE, pieces that hold MLPerf's rows. */
function leastQueries(scenario: LoadScenario): number {
  if (scenario === LoadScenario.OFFLINE) return OFFLINE_ROWS / OFFLINE_PIECE;
  return queriesNeeded(1, percentileOf(scenario));
}
