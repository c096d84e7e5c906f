/** How another threshold is asked for, and what is answered. */
import { IsEnum, IsOptional, Length, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { ThresholdGoal } from '../../models';

@InputType({
  description:
    'Which version is to say its positive label from another probability on: a `threshold`, or a `goal` by which one is chosen.',
})
export class ModelVersionChooseThresholdInput {
  @Field(() => ID, {
    description: 'A yes-or-no classifier that was trained here, or was made of one, compressed for example.',
  })
  versionId!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The threshold itself, 0.000001–0.999999. Null where a goal is given.',
  })
  @IsOptional()
  @Min(0.000001)
  @Max(0.999999)
  threshold?: number | null;

  @Field(() => ThresholdGoal, {
    nullable: true,
    description: 'What it is to reach, on the rows that were watched while the version learned.',
  })
  @IsOptional()
  @IsEnum(ThresholdGoal)
  goal?: ThresholdGoal | null;

  @Field(() => Float, {
    nullable: true,
    description: 'With AT_LEAST_RECALL and AT_LEAST_PRECISION, and only there: the share, 0.01–1.',
  })
  @IsOptional()
  @Min(0.01)
  @Max(1)
  atLeast?: number | null;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The job that makes it.' })
export class ModelVersionChooseThresholdPayload extends MutationPayload {
  @Field(() => Job, {
    nullable: true,
    description:
      'Its `result` is the version with that threshold: a new one, with `derivation` saying how it compares, or the one that has it already. Null when there are errors.',
  })
  job?: Job | null;
}
