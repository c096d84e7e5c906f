/** What the held-out rows said about a model, as staff sees it: for every kind of model, and for every group. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { shownGroups } from '../../../kernel/statistics';
import { CalibrationBin, DerivedQuality, Metric } from '../../models';
import type { EvaluationReport } from '../trainer/evaluation/report';

@ObjectType({ description: 'One attribute of a group in a report.' })
export class GroupReportKey {
  @Field(() => String, { description: 'The protected attribute, e.g. gender.' })
  attribute!: string;

  @Field(() => String, { description: 'Its value, e.g. female; a range for a numeric attribute.' })
  value!: string;
}

@ObjectType({ description: 'The same figures for one group of people.' })
export class GroupReportType {
  @Field(() => [GroupReportKey], { description: 'Who is in the group; several keys make an intersection.' })
  keys!: GroupReportKey[];

  @Field(() => Int, { description: 'Rows of the group.' })
  n!: number;

  @Field(() => [Metric], { description: 'How good the model is on them.' })
  metrics!: Metric[];
}

@ObjectType({ description: 'The new version and another one on the same rows, row by row.' })
export class ComparisonType {
  @Field(() => ID, { description: 'The version that it was compared with.' })
  parentVersionId!: string;

  @Field(() => Boolean, {
    description:
      'Whether these rows were held out from the other version’s training too. If not, it may have seen them and look better than it is.',
  })
  heldOutFromParent!: boolean;

  @Field(() => [DerivedQuality], { description: 'Each figure of both, with the interval of the difference.' })
  metrics!: DerivedQuality[];
}

@ObjectType({
  description: 'What a yes-or-no classifier does when it is asked from another threshold than 0.5 on.',
})
export class OperatingPointType {
  @Field(() => Float, { description: 'Rows whose probability is at least this are called positive.' })
  threshold!: number;

  @Field(() => Float, { description: 'Share of those called positive that are.' })
  precision!: number;

  @Field(() => Float, { description: 'Share of the positive ones that are called so.' })
  recall!: number;

  @Field(() => Float, { description: 'F1 there.' })
  f1!: number;
}

@ObjectType('EvaluationReport', { description: 'What the held-out rows said about a model.' })
export class EvaluationReportType {
  @Field(() => Int, { description: 'Number of held-out rows.' })
  rows!: number;

  @Field(() => [String], { nullable: true, description: 'Names of the classes; null for a regression.' })
  classes!: string[] | null;

  @Field(() => [[Int]], {
    nullable: true,
    description:
      'Rows of each class (outer list) that were called each class (inner list); null for a regression.',
  })
  confusion!: number[][] | null;

  @Field(() => [CalibrationBin], {
    description:
      'Promised against actual, in ten ranges; empty ones are left out. With several classes, of the class that was called.',
  })
  calibration!: CalibrationBin[];

  @Field(() => OperatingPointType, {
    nullable: true,
    description:
      'The threshold at which F1 is largest on the held-out rows, where it is a little flattered, having been chosen there. `metrics` and labels hold to 0.5, which rare positives seldom reach; modelVersionChooseThreshold makes a version that holds to another one. Null for several classes, a regression, and trainings from before it was kept.',
  })
  bestF1!: OperatingPointType | null;

  @Field(() => [GroupReportType], { description: 'By protected attribute and by their intersection.' })
  groups!: GroupReportType[];

  @Field(() => Int, {
    description:
      'Groups left out because they hold too few people to be shown, or because such a group would follow from them.',
  })
  suppressedGroups!: number;

  @Field(() => ComparisonType, {
    nullable: true,
    description: 'Beside another version; null unless one was named.',
  })
  comparison!: ComparisonType | null;
}

/** As it is told: without groups from which a few people would follow. */
export function shownReport(report: EvaluationReport): EvaluationReport {
  const groups = shownGroups(report.rows, report.groups);
  return {
    ...report,
    bestF1: report.bestF1 ?? null,
    groups,
    suppressedGroups: report.suppressedGroups + report.groups.length - groups.length,
  };
}
