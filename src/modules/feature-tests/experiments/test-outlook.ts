/** How far a test has to go yet: people it needs to find the smallest lift that matters, and when they will be there at the present pace. */
import {
  powerOf,
  type PowerGoal,
  requiredFactor,
  requiredFactorSequential,
} from '../../../kernel/statistics';
import { type AnalysisPlan, CupedUse, MultiplicityScope, USUAL_POWER } from './analysis-plan';
import { compare, peopleWith, type VariantMoments } from './comparison';
import type { MetricDefinition } from './metric-plan';

export interface Outlook {
  readonly variant: string;
  readonly people: number;
  readonly power: number | null;
  readonly peopleNeeded: number | null;
  readonly peopleNeededWatched: number | null;
  readonly remainingPeople: number | null;
  readonly peoplePerDay: number | null;
  readonly expectedAt: Date | null;
}

export interface Pace {
  /** In all variants together, whoever has the metric. */
  readonly people: number;
  /** Undefined while it cannot be said, and once nobody comes any more. */
  readonly peoplePerDay?: number;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
/** More people than there are, or later than anybody plans, is "never". */
const MOST_PEOPLE = 2_000_000_000;
const MOST_DAYS = 36_500;

/** For each treatment, of the primary metric. `comparisons`: how many share the level. */
export function outlookOf(
  plan: AnalysisPlan,
  metric: MetricDefinition,
  variants: readonly VariantMoments[],
  comparisons: number,
  pace: Pace,
): Outlook[] {
  const [control, ...treatments] = variants;
  const measured = peopleWith(metric, variants);
  return treatments.map((treatment) => {
    const { raw, cuped } = compare(metric, control!, treatment);
    const effect = (plan.cuped?.use === CupedUse.INSTEAD ? cuped : undefined) ?? raw;
    const { people } = pace;
    const shown = { variant: treatment.variant, people, peoplePerDay: pace.peoplePerDay ?? null };
    if (!effect) return { ...shown, ...UNKNOWN };
    const goal = goalOf(plan, comparisons);
    const { minimumEffect, plannedSize } = plan;
    const peopleNeeded = wholePeople(people * requiredFactor(effect, minimumEffect, goal));
    const watched = requiredFactorSequential(effect, minimumEffect, goal, plannedSize, plan.level);
    const remainingPeople = peopleNeeded === null ? null : Math.max(0, peopleNeeded - people);
    return {
      ...shown,
      power: powerOf(effect, minimumEffect, goal.level, plannedSize / measured),
      peopleNeeded,
      peopleNeededWatched: wholePeople(people * watched),
      remainingPeople,
      expectedAt: whenThere(remainingPeople, pace),
    };
  });
}

/** The most careful of the comparisons that share α: what Holm and e-BH ask of the first. */
function goalOf({ level, power }: AnalysisPlan, comparisons: number): PowerGoal {
  return { level: 1 - (1 - level) / comparisons, power: power ?? USUAL_POWER };
}

/** How many comparisons share the level with that of the primary metric. */
export function comparisonsOf({ multiplicity }: AnalysisPlan, metrics: number, treatments: number): number {
  if (!multiplicity) return 1;
  return multiplicity.scope === MultiplicityScope.ALL ? metrics * treatments : treatments;
}

const UNKNOWN = {
  power: null,
  peopleNeeded: null,
  peopleNeededWatched: null,
  remainingPeople: null,
  expectedAt: null,
};

function wholePeople(people: number): number | null {
  return people <= MOST_PEOPLE ? Math.ceil(people) : null;
}

function whenThere(remaining: number | null, { peoplePerDay, now }: Pace): Date | null {
  if (remaining === null || !peoplePerDay) return null;
  const days = remaining / peoplePerDay;
  return days <= MOST_DAYS ? new Date(now.getTime() + days * DAY_MS) : null;
}
