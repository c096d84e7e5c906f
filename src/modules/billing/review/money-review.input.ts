/** How money that waits is decided. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { MoneyRequest } from './money-request.entity';

@InputType({ description: 'Which request, and what is said about it.' })
export class MoneyRequestDecideInput {
  @Field(() => ID, { description: 'The request that waits.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What you say about it, 3–1000 letters.' })
  @IsOptional()
  @Length(3, 1000)
  reason?: string | null;
}

@InputType({ description: 'Which request is rejected, and why.' })
export class MoneyRequestRejectInput {
  @Field(() => ID, { description: 'The request that waits.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters.' })
  @Length(3, 1000)
  reason!: string;
}

@ObjectType({ description: 'The request that was decided.' })
export class MoneyRequestPayload extends MutationPayload {
  @Field(() => MoneyRequest, {
    nullable: true,
    description: 'The request as it now stands; null when there are errors.',
  })
  request?: MoneyRequest | null;
}
