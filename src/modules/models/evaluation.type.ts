/**
 * How good a version is, measured before it existed on rows that it had never seen. Groups are kept as counts, never
 * as rows, so that fairness can be judged without keeping anybody's data.
 */
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One measured figure, with the uncertainty that its number of rows leaves.' })
export class Metric {
  @Field(() => String, {
    description:
      'Which figure: accuracy, precision, recall, f1, auc, averagePrecision, logLoss, brier (mean squared distance of what was promised from what came), calibrationError (expected calibration error: the same in ten equal ranges of probability, each by its share of the rows; of several classes that of the one that was called); rmse, mae, r2 of a regression.',
  })
  name!: string;

  @Field(() => Float, { description: 'Its value on the held-out rows.' })
  value!: number;

  @Field(() => [Float], {
    nullable: true,
    description: 'Lower and upper end of its confidence interval; null where none is defined.',
  })
  interval!: number[] | null;

  @Field(() => Float, { nullable: true, description: 'Confidence level of the interval; null without one.' })
  level!: number | null;

  @Field(() => Int, { description: 'Number of rows that it rests on.' })
  n!: number;
}

@ObjectType({ description: 'How often a classifier was right and wrong, by kind.' })
export class Confusion {
  @Field(() => Int, { description: 'Positive rows that were called positive.' })
  truePositives!: number;

  @Field(() => Int, { description: 'Negative rows that were called positive.' })
  falsePositives!: number;

  @Field(() => Int, { description: 'Negative rows that were called negative.' })
  trueNegatives!: number;

  @Field(() => Int, { description: 'Positive rows that were called negative.' })
  falseNegatives!: number;
}

@ObjectType({
  description: 'Rows whose probability lies in one range: do they come true as often as promised?',
})
export class CalibrationBin {
  @Field(() => Float, { description: 'Lower end of the range.' })
  lower!: number;

  @Field(() => Float, { description: 'Upper end of the range.' })
  upper!: number;

  @Field(() => Int, { description: 'Rows in the range.' })
  n!: number;

  @Field(() => Float, { description: 'What the model promised on average.' })
  meanProbability!: number;

  @Field(() => Float, { description: 'Share of these rows that are positive.' })
  positiveRate!: number;
}

@ObjectType({ description: 'One attribute of a group.' })
export class GroupKey {
  @Field(() => String, { description: 'The protected attribute, e.g. gender.' })
  attribute!: string;

  @Field(() => String, { description: 'Its value, e.g. female; a range for a numeric attribute.' })
  value!: string;
}

@ObjectType({ description: 'The same counts for one group of people.' })
export class GroupEvaluation {
  @Field(() => [GroupKey], { description: 'Who is in the group; several keys make an intersection.' })
  keys!: GroupKey[];

  @Field(() => Int, { description: 'Rows of the group.' })
  n!: number;

  @Field(() => Confusion, { description: 'Right and wrong answers in the group.' })
  confusion!: Confusion;

  @Field(() => Float, { description: 'What the model promised on average in the group.' })
  meanProbability!: number;
}

@ObjectType({ description: 'A version on the rows that were held out from its training.' })
export class Evaluation {
  @Field(() => Int, { description: 'Number of held-out rows.' })
  rows!: number;

  @Field(() => Float, {
    description: 'The probability from which on a row counts as positive: that of the signature.',
  })
  threshold!: number;

  @Field(() => Confusion, { description: 'Right and wrong answers.' })
  confusion!: Confusion;

  @Field(() => [CalibrationBin], {
    description: 'Promised against actual, in ten ranges; empty ones are left out.',
  })
  calibration!: CalibrationBin[];

  @Field(() => [String], { description: 'The attributes by which groups were formed.' })
  protectedAttributes!: string[];

  @Field(() => [GroupEvaluation], { description: 'By protected attribute and by their intersection.' })
  groups!: GroupEvaluation[];

  @Field(() => Int, {
    description:
      'Groups left out because they hold too few people to be shown, or because such a group would follow from them.',
  })
  suppressedGroups!: number;
}
