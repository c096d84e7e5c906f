/** What watching a deployment takes. */
import { ArrayMaxSize, ArrayMinSize, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { OneOf } from '../../../platform/graphql';
import type { MeasureName } from '../fairness/fairness';
import { FairnessMeasureName } from '../fairness/fairness.type';
import { FairnessAction } from './fairness-monitor.entity';

@InputType({ description: 'An attribute of people, and its groups: named here, or the ranges of a number.' })
export class FairnessAttributeInput {
  @Field(() => String, {
    description:
      'Its name, 1–60 letters, digits, `_` or `-`: as it is told with endUserGroupsRecord, or the name of an input of the model.',
  })
  @Matches(/^[\p{L}\p{N}_-]{1,60}$/u)
  name!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Its groups, 2–20 names of 1–60 letters. Who belongs to none of them is not counted by it.',
  })
  @IsOptional()
  @ArrayMinSize(2)
  @ArrayMaxSize(20)
  @Length(1, 60, { each: true })
  groups?: string[] | null;

  @Field(() => [Float], {
    nullable: true,
    description: 'Or, of a number, where its ranges meet: 1–19 of them, ascending.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(19)
  cuts?: number[] | null;
}

@OneOf()
@InputType({ description: 'Which answer is the one that people hope for.' })
export class PositiveOutcomeInput {
  @Field(() => String, { nullable: true, description: 'This class.' })
  @IsOptional()
  @Length(1, 200)
  label?: string | null;

  @Field(() => Float, { nullable: true, description: 'This number, and any above.' })
  scoreFrom?: number | null;
}

@InputType({ description: 'What the live traffic of a deployment is watched for.' })
export class FairnessMonitorSetInput {
  @Field(() => ID, { description: 'Which deployment.' })
  deploymentId!: string;

  @Field(() => [FairnessAttributeInput], {
    description: 'Whose groups are counted: 1–4 attributes, with at most 200 groups once crossed.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  attributes!: FairnessAttributeInput[];

  @Field(() => PositiveOutcomeInput, { description: 'Which answer is the one that people hope for.' })
  positiveOutcome!: PositiveOutcomeInput;

  @Field(() => FairnessMeasureName, {
    defaultValue: 'DEMOGRAPHIC_PARITY_RATIO',
    description:
      'In which respect groups must be alike. All but demographic parity need right answers, which come from corrections.',
  })
  measure!: MeasureName;

  @Field(() => Float, {
    nullable: true,
    description: 'What is still taken for alike, 0 to 1; absent = 0.8 for ratios, 0.1 for differences.',
  })
  @IsOptional()
  @Min(0)
  @Max(1)
  threshold?: number | null;

  @Field(() => Int, {
    defaultValue: 20,
    description:
      'No figure of a group is told of fewer people, 10–10000. Another size begins another monitor: between two cuts of the same counts are few people.',
  })
  @IsInt()
  @Min(10)
  @Max(10_000)
  minimumGroupSize!: number;

  @Field(() => FairnessAction, {
    defaultValue: FairnessAction.OPEN_INCIDENT,
    description: 'What is done about a breach.',
  })
  action!: FairnessAction;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuse unless the standing monitor is at this version; 0 = there is none.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which monitor ends.' })
export class FairnessMonitorEndInput {
  @Field(() => ID, { description: 'The monitor.' })
  id!: string;
}

@InputType({ description: 'The deployment whose people are looked at.' })
export class DeploymentFairnessCheckInput {
  @Field(() => ID, { description: 'Which deployment.' })
  id!: string;
}
