/** What every call of a model says, whatever it asks for: which deployment, and whom it concerns. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Which deployment is asked, and for whom.' })
export abstract class CallInput {
  @Field(() => String, { description: 'The deployment, by name or id.' })
  @Length(1, 100)
  deployment!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The end user concerned, by id. An end user’s token implies its own.',
  })
  endUserId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The end user concerned, by your id of the person; a new one is made known by this call.',
  })
  @IsOptional()
  @Length(1, 200)
  endUserExternalId?: string | null;
}
