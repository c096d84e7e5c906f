/** How models are named, and how their aliases move. */
import { ArrayMaxSize, IsOptional, Length, Matches } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload, OneOf } from '../../platform/graphql';
import { Model } from './model.entity';

/** Names that read well in a URL, a log and a report. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/;
const ALIAS_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;
const ALIAS_MESSAGE = 'An alias is 1–40 lower-case letters, digits and dashes, and starts with a letter.';

@OneOf()
@InputType({ description: 'Which model: exactly one of the two.' })
export class ModelBy {
  @Field(() => ID, { nullable: true, description: 'Its id.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'The name of a model of the operator.' })
  name?: string | null;
}

@InputType({ description: 'Where an alias is to point from now on.' })
export class ModelAliasMoveInput {
  @Field(() => ID, { description: 'The model.' })
  modelId!: string;

  @Field(() => String, { description: 'The alias, e.g. champion; made at its first move.' })
  @Matches(ALIAS_PATTERN, { message: ALIAS_MESSAGE })
  alias!: string;

  @Field(() => ID, { description: 'The version it is to point at; one of this model.' })
  versionId!: string;

  @Field(() => String, { description: 'Why, for the history.' })
  @Length(3, 1000)
  reason!: string;

  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of what speaks for it, at most 20: feature tests, trainings, deployments, reports.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  evidenceIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Where you believe it points; when it does not, the answer is a Conflict. Absent = do not check.',
  })
  @IsOptional()
  expectedVersionId?: string | null;
}

@ObjectType({ description: 'The model whose alias moved.' })
export class ModelPayload extends MutationPayload {
  @Field(() => Model, { nullable: true, description: 'The model; null when there are errors.' })
  model?: Model | null;
}
