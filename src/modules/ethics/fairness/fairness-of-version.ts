/** From a version's evaluation to its fairness: one account a protected attribute, and one for their intersection. */
import { type Evaluation, type GroupEvaluation, shownEvaluation } from '../../models';
import {
  type GroupRates,
  LEVEL,
  type MeasureResult,
  measuresOf,
  MINIMUM_GROUP_SIZE,
  ratesOf,
} from './fairness';

export interface AttributeAccount {
  readonly attribute: string;
  readonly groups: readonly GroupRates[];
  readonly measures: readonly MeasureResult[];
}

export interface FairnessAccount {
  readonly rows: number;
  readonly level: number;
  readonly minimumGroupSize: number;
  readonly suppressedGroups: number;
  readonly attributes: readonly AttributeAccount[];
}

/** What is told of it: a group that is not told is in no measure either, for the rate of one would give away its own. */
export function shownFairness(evaluation: Evaluation | null): FairnessAccount | null {
  return fairnessOfVersion(evaluation && shownEvaluation(evaluation));
}

/** Null for a version that was not evaluated by group. @param level Confidence level of the intervals. */
export function fairnessOfVersion(evaluation: Evaluation | null, level = LEVEL): FairnessAccount | null {
  if (!evaluation || evaluation.groups.length === 0) return null;
  const byAttribute = new Map<string, GroupRates[]>();
  for (const group of evaluation.groups) {
    const { attribute, name } = named(group);
    const known = byAttribute.get(attribute) ?? [];
    known.push(ratesOf(name, group.confusion, level));
    byAttribute.set(attribute, known);
  }
  return {
    rows: evaluation.rows,
    level,
    minimumGroupSize: MINIMUM_GROUP_SIZE,
    suppressedGroups: evaluation.suppressedGroups,
    attributes: [...byAttribute].map(([attribute, groups]) => ({
      attribute,
      groups: [...groups].sort((a, b) => b.n - a.n),
      measures: measuresOf(groups),
    })),
  };
}

function named({ keys }: GroupEvaluation): { attribute: string; name: string } {
  return {
    attribute: keys.map(({ attribute }) => attribute).join(' × '),
    name: keys.map(({ value }) => value).join(' × '),
  };
}
