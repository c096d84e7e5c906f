/** How changes that wait are decided. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { FlagChangeRequest } from './flag-change-request.entity';

@InputType({ description: 'Which change, and what is said about it.' })
export class FlagChangeDecideInput {
  @Field(() => ID, { description: 'The change that waits.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What you say about it, 3–1000 letters.' })
  @IsOptional()
  @Length(3, 1000)
  reason?: string | null;
}

@InputType({ description: 'Which change is rejected, and why.' })
export class FlagChangeRejectInput {
  @Field(() => ID, { description: 'The change that waits.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters.' })
  @Length(3, 1000)
  reason!: string;
}

@ObjectType({ description: 'The change that was decided.' })
export class FlagChangePayload extends MutationPayload {
  @Field(() => FlagChangeRequest, {
    nullable: true,
    description: 'The change as it now stands; null when there are errors.',
  })
  changeRequest?: FlagChangeRequest | null;
}
