/** What telling customers of a breach takes: whom, and the facts of GDPR Art. 33(3). */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

/** More are told with a second call; the same text reaches nobody twice. */
export const MOST_NAMED = 500;

@InputType({ description: 'Whom to tell of a personal data breach, and what.' })
export class IncidentNotifyCustomersInput {
  @Field(() => ID, { description: 'The incident; it must be a personal data breach.' })
  id!: string;

  @Field(() => [ID], {
    nullable: true,
    description: `The customers whose people are concerned, 1–${MOST_NAMED}. Either these or \`allCustomers\`.`,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_NAMED)
  @Length(1, 100, { each: true })
  customerIds?: string[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether every customer is concerned.' })
  allCustomers!: boolean;

  @Field(() => String, {
    description: 'What happened, and to which kind of data, 10–4000 letters. Nothing here names a person.',
  })
  @Length(10, 4000)
  nature!: string;

  @Field(() => String, { description: 'Which people are concerned, and about how many, 3–1000 letters.' })
  @Length(3, 1000)
  affectedPeople!: string;

  @Field(() => String, { description: 'Which records are concerned, and about how many, 3–1000 letters.' })
  @Length(3, 1000)
  affectedRecords!: string;

  @Field(() => String, { description: 'What is likely to come of it for the people, 10–4000 letters.' })
  @Length(10, 4000)
  consequences!: string;

  @Field(() => String, {
    description:
      'What was done about it, what is going to be, and what the customer can do, 10–4000 letters.',
  })
  @Length(10, 4000)
  measures!: string;

  @Field(() => String, { description: 'Who can be asked for more, and where, 3–300 letters.' })
  @Length(3, 300)
  contact!: string;
}

@InputType({ description: 'Which notice somebody took note of.' })
export class BreachNoticeAcknowledgeInput {
  @Field(() => ID, { description: 'The notice.' })
  @Length(1, 100)
  id!: string;
}

@InputType({ description: 'Which notices; all conditions must hold.' })
export class BreachNoticeFilter {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Only those that nobody of the customer took note of yet.',
  })
  onlyUnacknowledged!: boolean;

  @Field(() => ID, { nullable: true, description: 'Sent to this customer.' })
  @IsOptional()
  @Length(1, 100)
  customerId?: string | null;
}
