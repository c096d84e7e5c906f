/** What a request of a data subject carries, and what its answer does. */
import { IsOptional, Length, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { PersonInput, REPEATABLE } from '../privacy.input';
import { SortDirection } from '../../identity';
import { DataRequestKind, DataRequestStatus } from './data-request.entity';
import { MOST_MONTHS } from './deadline';
import { IdentityVerification } from './identity-verification';

@InputType({ description: 'What a person asks for about their own data.' })
export class DataRequestCreateInput extends PersonInput {
  @Field(() => DataRequestKind, { description: 'What is asked for.' })
  kind!: DataRequestKind;

  @Field(() => String, {
    nullable: true,
    description: 'What exactly, in the person’s words, 1–2000 letters: what is wrong, what they object to.',
  })
  @IsOptional()
  @Length(1, 2000)
  details?: string | null;

  @Field(() => String, { nullable: true, description: REPEATABLE })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which request is carried out.' })
export class DataRequestFulfilInput {
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the person is told, 1–2000 letters. Needed for RECTIFICATION: what was corrected.',
  })
  @IsOptional()
  @Length(1, 2000)
  answer?: string | null;

  @Field(() => String, { nullable: true, description: REPEATABLE })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Who asks, and how that was made sure.' })
export class DataRequestVerifyIdentityInput {
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Field(() => IdentityVerification, {
    description: 'How; LOGIN and CONTROLLER are noted by us, by how the request came.',
  })
  method!: IdentityVerification;
}

@InputType({ description: 'Which request takes longer, by how much, and why.' })
export class DataRequestExtendInput {
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Field(() => Int, { description: 'By how many months, 1 or 2, counted from the first deadline.' })
  @Min(1)
  @Max(MOST_MONTHS)
  months!: number;

  @Field(() => String, {
    description: 'Why, as the person is told: how complex it is, or how many there are. 10–2000 letters.',
  })
  @Length(10, 2000)
  reason!: string;
}

@InputType({ description: 'Which request is refused, and why.' })
export class DataRequestRefuseInput {
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Field(() => String, { description: 'The reason that the person is given, 10–2000 letters.' })
  @Length(10, 2000)
  reason!: string;
}

@InputType({ description: 'About whom data may be used again.' })
export class RestrictionLiftInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Id of the end user. They are to be told before (GDPR Art. 18(3)).',
  })
  @IsOptional()
  @Length(1, 100)
  endUserId?: string | null;

  @Field(() => String, { nullable: true, description: 'Or your id of the person, 1–200 letters.' })
  @IsOptional()
  @Length(1, 200)
  endUserExternalId?: string | null;
}

@InputType({ description: 'Which requests.' })
export class DataRequestFilter {
  @Field(() => DataRequestKind, { nullable: true, description: 'Of this kind.' })
  kind?: DataRequestKind | null;

  @Field(() => DataRequestStatus, { nullable: true, description: 'Where they stand.' })
  status?: DataRequestStatus | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Only those that are not done or refused yet.' })
  onlyOpen!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Only those that are open and past their deadline.',
  })
  onlyOverdue!: boolean;

  @Field(() => ID, { nullable: true, description: 'Of the people of this customer.' })
  @IsOptional()
  @Length(1, 100)
  customerId?: string | null;
}

export enum DataRequestOrderField {
  CREATED_AT = 'CREATED_AT',
  DUE_AT = 'DUE_AT',
}

registerEnumType(DataRequestOrderField, {
  name: 'DataRequestOrderField',
  description: 'What requests are ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When they came in.' },
    DUE_AT: { description: 'When they are due.' },
  },
});

@InputType({ description: 'The order of requests.' })
export class DataRequestOrder {
  @Field(() => DataRequestOrderField, { description: 'By what.' })
  field!: DataRequestOrderField;

  @Field(() => SortDirection, { description: 'Which way.' })
  direction!: SortDirection;
}
