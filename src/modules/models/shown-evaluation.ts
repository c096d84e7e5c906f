/**
 * An evaluation as it is told: without groups from which a few people would follow. What judges a version, as the gate does, judges all
 * groups that are kept, and tells no figure of those that are not told here.
 */
import { shownGroups } from '../../kernel/statistics';
import type { Evaluation } from './evaluation.type';

export function shownEvaluation(evaluation: Evaluation): Evaluation {
  const groups = shownGroups(evaluation.rows, evaluation.groups);
  const suppressedGroups = evaluation.suppressedGroups + evaluation.groups.length - groups.length;
  return { ...evaluation, groups, suppressedGroups };
}
