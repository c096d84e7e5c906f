/**
 * What a run of a suite says of a version: pure, over what passed. A verdict against a margin says PASS or FAIL only where the
 * cases are enough to tell; a bare "at least as good" would stop every other version that is just as good.
 */
import {
  mcnemarExact,
  normalQuantile,
  pairedDifference,
  type PairedCounts,
  wilsonInterval,
  type Interval,
} from '../../../kernel/statistics';

export enum RunVerdict {
  PASS = 'PASS',
  FAIL = 'FAIL',
  NOT_ENOUGH_DATA = 'NOT_ENOUGH_DATA',
}

export interface JudgedCase {
  readonly key: string;
  readonly mustPass: boolean;
  readonly passed: boolean;
  /** What the baseline did with it; undefined without one. */
  readonly baselinePassed?: boolean;
}

export interface RunTerms {
  /** The share of cases that must pass, 0 to 1; null = the cases alone, or the baseline, decide. */
  readonly requiredPassRate: number | null;
  /** By how much a version may pass fewer cases than the baseline, as a share. */
  readonly margin: number;
  /** Of the intervals. */
  readonly level: number;
}

export interface RunSummary {
  readonly cases: number;
  readonly passed: number;
  readonly interval: Interval;
  readonly baseline: {
    readonly passed: number;
    readonly difference: number;
    readonly interval: Interval;
    /** Of the exact test of McNemar, two-sided. */
    readonly p: number;
    readonly worse: number;
    readonly better: number;
  } | null;
  readonly verdict: RunVerdict;
  /** In words, with the numbers. */
  readonly reason: string;
}

type Finding = readonly [verdict: RunVerdict, told: string];

const NAMED = 5;
/** Of the intervals of a run. */
export const LEVEL = 0.95;

/**
 * How many cases show that at least the required share passes, when this share of them does: Wilson's lower end reaches it from there on.
 * Fewer than where all pass never do.
 */
export function casesNeeded(required: number, level = LEVEL, share = 1): number {
  const z = normalQuantile(1 - (1 - level) / 2);
  return Math.ceil((z * z * required * (1 - required)) / (share - required) ** 2);
}

/** The largest share below all of them that so many cases can show, to three places. */
export function largestRate(cases: number, level = LEVEL): number {
  return Math.floor(1000 * wilsonInterval(cases, cases, level)[0]) / 1000;
}

export function summaryOf(cases: readonly JudgedCase[], terms: RunTerms): RunSummary {
  const n = cases.length;
  const passed = cases.filter((one) => one.passed).length;
  const interval = wilsonInterval(passed, n, terms.level);
  const counts = pairsOf(cases);
  const baseline = counts && {
    passed: counts.both + counts.onlySecond,
    ...pairedDifference(counts, terms.level),
    p: mcnemarExact(counts),
    worse: counts.onlySecond,
    better: counts.onlyFirst,
  };
  const findings = [
    mustPass(cases),
    terms.requiredPassRate === null
      ? undefined
      : rate(passed, n, interval, terms.requiredPassRate, terms.level),
    baseline && nonInferiority(baseline, terms.margin),
    terms.requiredPassRate === null && !baseline ? everyCase(passed, n) : undefined,
  ].filter((finding): finding is Finding => finding !== undefined);
  const verdict =
    [RunVerdict.FAIL, RunVerdict.NOT_ENOUGH_DATA].find((bad) => findings.some(([found]) => found === bad)) ??
    RunVerdict.PASS;
  const telling = findings.filter(([found]) => found === verdict);
  return {
    cases: n,
    passed,
    interval,
    baseline: baseline ?? null,
    verdict,
    reason: telling.map(([, told]) => told).join(' '),
  };
}

/** First: the version; second: the baseline. */
function pairsOf(cases: readonly JudgedCase[]): PairedCounts | undefined {
  if (cases.some(({ baselinePassed }) => baselinePassed === undefined)) return undefined;
  const count = (first: boolean, second: boolean): number =>
    cases.filter(({ passed, baselinePassed }) => passed === first && baselinePassed === second).length;
  return {
    both: count(true, true),
    onlyFirst: count(true, false),
    onlySecond: count(false, true),
    neither: count(false, false),
  };
}

function mustPass(cases: readonly JudgedCase[]): Finding | undefined {
  const failed = cases.filter((one) => one.mustPass && !one.passed).map(({ key }) => key);
  if (failed.length === 0) return undefined;
  const named = failed.slice(0, NAMED).join(', ');
  const more = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : '';
  return [RunVerdict.FAIL, `${failed.length} of the cases that must pass did not: ${named}${more}.`];
}

function everyCase(passed: number, n: number): Finding {
  const told = `${passed} of ${n} cases passed; all must.`;
  return [passed === n ? RunVerdict.PASS : RunVerdict.FAIL, told];
}

function rate(passed: number, n: number, [lower, upper]: Interval, required: number, level: number): Finding {
  // No interval of whatever many cases reaches it.
  if (required >= 1) return everyCase(passed, n);
  const told = `${passed} of ${n} cases passed (${percent(lower)} to ${percent(upper)}); ${percent(required)} are required.`;
  if (lower >= required) return [RunVerdict.PASS, told];
  if (upper < required) return [RunVerdict.FAIL, told];
  const fewest = casesNeeded(required, level);
  const share = passed / n;
  const more =
    n < fewest
      ? `Even if all pass, ${fewest} cases are needed.`
      : share > required
        ? `If as many go on passing, ${casesNeeded(required, level, share)} cases would tell.`
        : 'More cases would tell.';
  return [RunVerdict.NOT_ENOUGH_DATA, `${told} ${more}`];
}

function nonInferiority(
  { difference, interval: [lower, upper], worse, better }: NonNullable<RunSummary['baseline']>,
  margin: number,
): Finding {
  const told = `Against the baseline ${better} cases got better and ${worse} worse: ${percent(difference)} (${percent(lower)} to ${percent(upper)}); a loss up to ${percent(margin)} passes.`;
  if (lower > -margin) return [RunVerdict.PASS, told];
  return upper < -margin
    ? [RunVerdict.FAIL, told]
    : [RunVerdict.NOT_ENOUGH_DATA, `${told} More cases would tell.`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
