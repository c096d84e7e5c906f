/** What entering, changing and closing leads takes. */
import { IsEmail, IsInt, IsOptional, Length, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { EmailAddress } from '../../../platform/graphql';
import { LossReason } from '../../billing';
import { LeadStage } from './lead.entity';

const EXPECTED = 'The version of the lead that you saw; another one is a Conflict.';

@InputType({ description: 'Somebody who may become a customer.' })
export class LeadCreateInput {
  @Field(() => String, { description: 'Their organisation, 1–200 letters.' })
  @Length(1, 200)
  organisation!: string;

  @Field(() => EmailAddress, {
    description:
      'Where to reach them. Kept sealed, and forgotten two years after the last change unless configured otherwise.',
  })
  @IsEmail()
  @MaxLength(320)
  email!: string;

  @Field(() => ID, { nullable: true, description: 'By which channel they came.' })
  channelId?: string | null;

  @Field(() => String, { nullable: true, description: 'The campaign, up to 100 letters.' })
  @IsOptional()
  @MaxLength(100)
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Market segment, up to 60 letters.' })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;

  @Field(() => ID, { nullable: true, description: 'Who of the staff sees to it; absent = you.' })
  ownerId?: string | null;

  @Field(() => String, { nullable: true, description: 'What to know, up to 4000 letters. Kept sealed.' })
  @IsOptional()
  @MaxLength(4000)
  notes?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What changes of a lead; what is absent stays, null clears.' })
export class LeadUpdateInput {
  @Field(() => LeadStage, { nullable: true, description: 'How far it has come; not WON and not LOST.' })
  stage?: LeadStage | null;

  @Field(() => ID, { nullable: true, description: 'Who of the staff sees to it.' })
  ownerId?: string | null;

  @Field(() => String, { nullable: true, description: 'The campaign, up to 100 letters.' })
  @IsOptional()
  @MaxLength(100)
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Market segment, up to 60 letters.' })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;

  @Field(() => String, { nullable: true, description: 'What to know, up to 4000 letters. Kept sealed.' })
  @IsOptional()
  @MaxLength(4000)
  notes?: string | null;

  @Field(() => Int, { nullable: true, description: EXPECTED })
  @IsOptional()
  @IsInt()
  @Min(1)
  expectedVersion?: number | null;
}

@InputType({ description: 'Which customer a lead became.' })
export class LeadConvertInput {
  @Field(() => ID, { description: 'The lead.' })
  id!: string;

  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

@InputType({ description: 'Why a lead will be no customer.' })
export class LeadLoseInput {
  @Field(() => ID, { description: 'The lead.' })
  id!: string;

  @Field(() => LossReason, { description: 'Why.' })
  reason!: LossReason;

  @Field(() => ID, { nullable: true, description: 'To which competitor; with the reason COMPETITOR alone.' })
  competitorId?: string | null;
}

@InputType({ description: 'Whom to forget.' })
export class LeadEraseInput {
  @Field(() => ID, { description: 'The lead.' })
  id!: string;
}

@InputType({ description: 'Which leads; all conditions must hold.' })
export class LeadFilter {
  @Field(() => LeadStage, { nullable: true, description: 'So far.' })
  stage?: LeadStage | null;

  @Field(() => ID, { nullable: true, description: 'Of this person of the staff.' })
  ownerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'By this channel.' })
  channelId?: string | null;

  @Field(() => String, { nullable: true, description: 'Of this market segment.' })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;
}
