/** What an owner says who closes the account or opens it again. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { LossReason } from '../billing';

@InputType({ description: 'That the account is to be closed.' })
export class CustomerCloseInput {
  @Field(() => String, {
    description: 'The name of the organisation, letter by letter, so that nobody closes by a slip.',
  })
  name!: string;

  @Field(() => LossReason, { description: 'Why.' })
  reason!: LossReason;

  @Field(() => String, { nullable: true, description: 'Why, in your words: up to 2000 letters.' })
  @IsOptional()
  @Length(1, 2000)
  detail?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'That credits which were paid for and are not used may be lost.',
  })
  forfeitCredits!: boolean;
}

@InputType({ description: 'Which account to open again.' })
export class CustomerReopenInput {
  @Field(() => ID, { description: 'Id of the customer, so that nobody opens by a slip.' })
  customerId!: string;
}
