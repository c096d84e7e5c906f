/** Why a flag should be removed, found from its rules, its test and the flags that it requires. Pure. */
import { canonicalJson } from '../../../kernel/hash';
import { Environment } from '../../deployments';
import { FeatureTestState } from '../experiments/feature-test.entity';
import { type EvaluatedFlag, isMet } from './flag-evaluation';
import { type FlagStaleness, FlagStaleReason } from './flag-staleness.type';
import { evaluatedIn, type StoredFlag } from './rule-store.service';
import { forNamed, possibleValues, settled } from './settled-flags';

/** What did not change for so long is no work in progress any more. */
export const STALE_DAYS = 30;
const LONGEST_SHOWN = 80;
const DAY_MS = 86_400_000;

export interface FlagFacts extends StoredFlag {
  /** Meant to stay. */
  readonly permanent: boolean;
  readonly staleNote: string | null;
  /** What was found the last time. */
  readonly stale: FlagStaleness | null;
  readonly updatedAt: Date;
  readonly testState: FeatureTestState | null;
  /** When its test was started, stopped or decided, the last of these; null where there was none. */
  readonly testMovedAt: Date | null;
  readonly decision: string | null;
}

type Places = readonly ReadonlyMap<string, EvaluatedFlag>[];

/** Of each flag, by its id. `flags` are all there are, because some depend on others. */
export function stalenessOf(
  flags: readonly FlagFacts[],
  now: Date,
): ReadonlyMap<string, FlagStaleness | null> {
  const places: Places = Object.values(Environment).map(
    (environment) =>
      new Map(
        settled(flags.map((flag) => forNamed(evaluatedIn(flag, environment)))).map((flag) => [
          flag.key,
          flag,
        ]),
      ),
  );
  const byId = new Map(flags.map((flag) => [flag.id, flag]));
  return new Map(flags.map((flag) => [flag.id, staleness(flag, places, byId, now)]));
}

function staleness(
  flag: FlagFacts,
  places: Places,
  byId: ReadonlyMap<string, FlagFacts>,
  now: Date,
): FlagStaleness | null {
  if (flag.permanent) return null;
  if (flag.staleNote !== null) {
    const isOld = flag.stale?.reason === FlagStaleReason.MARKED && flag.stale.detail === flag.staleNote;
    const since = isOld ? new Date(flag.stale!.since) : now;
    return stale(FlagStaleReason.MARKED, since, flag.staleNote);
  }
  // Of a test that is planned or runs everybody is to get the same until it is decided.
  const { testState } = flag;
  if (testState === FeatureTestState.DRAFT || testState === FeatureTestState.RUNNING) return null;
  const values = new Map(
    places.flatMap((place) =>
      possibleValues(place.get(flag.key)!).map((value) => [canonicalJson(value), value]),
    ),
  );
  if (values.size !== 1) return null;
  const only = shown([...values.values()][0]);
  const since = lastChange(flag, byId);
  if (testState === FeatureTestState.DECIDED) {
    const detail = `Its test was decided for ${flag.decision}, and everybody gets ${only}.`;
    return stale(FlagStaleReason.TEST_DECIDED, since, detail);
  }
  if (now.getTime() - since.getTime() < STALE_DAYS * DAY_MS) return null;
  const required = flag.prerequisites.find(({ key, value }) => isNever(key, value, places));
  if (required && flag.rules.length > 0) {
    const detail = `It requires ${required.key} to be ${shown(required.value)}, which it never is, so everybody gets ${only}.`;
    return stale(FlagStaleReason.NEVER_MET, since, detail);
  }
  return stale(FlagStaleReason.SAME_FOR_ALL, since, `Everybody gets ${only}, in every environment.`);
}

function isNever(key: string, required: unknown, places: Places): boolean {
  return places.every((place) => {
    const flag = place.get(key);
    return !flag || !possibleValues(flag).some((value) => isMet(value, required));
  });
}

/** Of the flag, its test, and everything that it requires. */
function lastChange(flag: FlagFacts, byId: ReadonlyMap<string, FlagFacts>): Date {
  const seen = new Set<FlagFacts>();
  const gather = (one: FlagFacts | undefined): void => {
    if (!one || seen.has(one)) return;
    seen.add(one);
    for (const { flagId } of one.prerequisites) gather(byId.get(flagId));
  };
  gather(flag);
  const times = [...seen].flatMap(({ updatedAt, testMovedAt }) => [
    updatedAt.getTime(),
    testMovedAt?.getTime() ?? 0,
  ]);
  return new Date(Math.max(...times));
}

function stale(reason: FlagStaleReason, since: Date, detail: string): FlagStaleness {
  return { reason, since: since.toISOString(), detail };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
