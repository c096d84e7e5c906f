/** From counts of live traffic to the same rates and measures as those of held-out rows. A rate of few people has no value. */
import {
  type Counts,
  type GroupRates,
  LEVEL,
  measuresOf,
  type Rate,
  rateOf,
  ratesOf,
  type Thresholds,
} from '../fairness/fairness';
import type { AttributeAccount } from '../fairness/fairness-of-version';
import type { Comparison } from './monitored-groups';
import { peopleAnswered, type ShownCounts, type Sums } from './shown-counts';

const NOBODY: Counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
const UNTOLD: Rate = { value: null, interval: null, n: 0 };

/** One account a comparison of which a group is told, in the order of the comparisons. */
export function liveAccount(
  { answered, labelled }: ShownCounts,
  comparisons: readonly Comparison[],
  minimum: number,
  thresholds: Thresholds,
): AttributeAccount[] {
  return comparisons.flatMap(({ attribute }) => {
    const groups = [...(answered.get(attribute) ?? [])]
      .map(([group, sums]) => liveRates(group, sums, labelled.get(attribute)?.get(group), minimum))
      .sort((a, b) => b.n - a.n || (a.group < b.group ? -1 : 1));
    return groups.length > 0 ? [{ attribute, groups, measures: measuresOf(groups, thresholds) }] : [];
  });
}

/** Rates of the labelled are told together or not at all: of two of them and their sum the third could be worked out. */
function liveRates(group: string, sums: Sums, labels: Sums | undefined, minimum: number): GroupRates {
  const n = peopleAnswered(sums);
  const rates = ratesOf(group, labels ?? NOBODY);
  const { truePositiveRate, falsePositiveRate, precision, accuracy } = rates;
  const isTold = [truePositiveRate, falsePositiveRate, precision].every((rate) => rate.n >= minimum);
  return {
    ...rates,
    n,
    isJudged: n >= minimum,
    selectionRate: rateOf(sums.selected, n, LEVEL),
    truePositiveRate: isTold ? truePositiveRate : UNTOLD,
    falsePositiveRate: isTold ? falsePositiveRate : UNTOLD,
    precision: isTold ? precision : UNTOLD,
    accuracy: accuracy.n >= minimum ? accuracy : UNTOLD,
  };
}
