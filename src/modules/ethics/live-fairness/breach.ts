/**
 * Whether groups are apart by more than is allowed, and not by chance: asked every night, of counts that grow. Each rate has an
 * interval that holds at all looks together (kernel/statistics, `proportionSequence`), and all groups, attributes and rates share one
 * chance of a false alarm (Bonferroni, over the groups that the monitor names), whatever number of looks is taken.
 */
import { type Interval, proportionSequence } from '../../../kernel/statistics';
import { MEASURES, type MeasureName, type Rate } from '../fairness/fairness';
import type { AttributeAccount } from '../fairness/fairness-of-version';
import type { Comparison } from './monitored-groups';

/** The chance that a version which keeps to the bound is ever reported, in a quarter, all looks and groups together. */
export const FALSE_ALARM_RATE = 0.05;

export interface BreachRule {
  readonly measure: MeasureName;
  readonly threshold: number;
}

export interface BreachFigures {
  readonly attribute: string;
  readonly rate: (typeof MEASURES)[MeasureName]['rates'][number];
  readonly highest: string;
  readonly highestRate: number;
  readonly highestPeople: number;
  readonly lowest: string;
  readonly lowestRate: number;
  readonly lowestPeople: number;
  /** The difference or ratio as it was counted. */
  readonly distance: number;
  /** What it is at least (a difference) or at most (a ratio), chance allowed for. */
  readonly certain: number;
}

interface Side {
  readonly group: string;
  readonly value: number;
  readonly n: number;
  readonly interval: Interval;
}

/** One a comparison at most: the two groups that are furthest apart for certain. */
export function breachesOf(
  accounts: readonly AttributeAccount[],
  comparisons: readonly Comparison[],
  { measure, threshold }: BreachRule,
  falseAlarmRate = FALSE_ALARM_RATE,
): BreachFigures[] {
  const { rates, of } = MEASURES[measure];
  return accounts.flatMap(({ attribute, groups }) => {
    const { groups: possible } = comparisons.find((one) => one.attribute === attribute)!;
    const level = 1 - falseAlarmRate / (comparisons.length * rates.length * possible);
    const found = rates.flatMap((rate) => {
      const sides = groups.flatMap((group) => sideOf(group.group, group[rate], level));
      return pairsOf(sides).flatMap(([high, low]) => {
        const certain = of === 'ratio' ? ratioAtMost(high, low) : high.interval[0] - low.interval[1];
        const isBreach = of === 'ratio' ? certain < threshold : certain > threshold;
        if (!isBreach) return [];
        const distance = of === 'ratio' ? low.value / high.value : high.value - low.value;
        return [{ attribute, rate, ...named(high, low), distance, certain }];
      });
    });
    const worse = (a: BreachFigures, b: BreachFigures): boolean =>
      of === 'ratio' ? a.certain < b.certain : a.certain > b.certain;
    const [first, ...rest] = found;
    return first ? [rest.reduce((worst, one) => (worse(one, worst) ? one : worst), first)] : [];
  });
}

function sideOf(group: string, { value, n }: Rate, level: number): Side[] {
  if (value === null) return [];
  return [{ group, value, n, interval: proportionSequence(Math.round(value * n), n, level) }];
}

function pairsOf(sides: readonly Side[]): [high: Side, low: Side][] {
  const sorted = [...sides].sort((a, b) => b.value - a.value);
  return sorted.flatMap((high, at) => sorted.slice(at + 1).map((low): [Side, Side] => [high, low]));
}

/** Nothing is known of a ratio to a rate that may be zero. */
function ratioAtMost(high: Side, low: Side): number {
  return high.interval[0] > 0 ? low.interval[1] / high.interval[0] : Infinity;
}

function named(high: Side, low: Side) {
  return {
    highest: high.group,
    highestRate: high.value,
    highestPeople: high.n,
    lowest: low.group,
    lowestRate: low.value,
    lowestPeople: low.n,
  };
}
