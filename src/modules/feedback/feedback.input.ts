/** What people and reviewers may send. Lengths are checked here; what belongs to which kind, by the rules of the kinds. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { JSONScalar, PeriodInput } from '../../platform/graphql';
import { SortDirection } from '../identity';
import { FeedbackKind } from './feedback-kind';
import { FeedbackStatus } from './triage/feedback-status';

const MAX_TEXT = 10_000;
export const MAX_LABELS = 20;

const IsLabel = (): PropertyDecorator =>
  Matches(/^[\p{L}\p{N}][\p{L}\p{N}-]{0,49}$/u, {
    each: true,
    message: 'A label has 1–50 letters, digits and hyphens',
  });

@InputType({ description: 'What is said about one answer (with its token), or about the product (without).' })
export class FeedbackSubmitInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The token that came with the answer: it knows answer, version and person. Absent: general feedback.',
  })
  @IsOptional()
  @MaxLength(1000)
  feedbackToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For general feedback of a customer’s server: the customer’s id of the person who said it.',
  })
  @IsOptional()
  @MaxLength(200)
  endUserExternalId?: string | null;

  @Field(() => FeedbackKind, { description: 'What kind of feedback it is.' })
  kind!: FeedbackKind;

  @Field(() => Float, { nullable: true, description: 'The score, on the scale of the kind.' })
  score?: number | null;

  @Field(() => String, {
    nullable: true,
    description: `Words, at most ${MAX_TEXT} characters; control characters are taken out.`,
  })
  @IsOptional()
  @MaxLength(MAX_TEXT)
  text?: string | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'The right answer, in the form of the outputs; of many rows a list, with null where it was right.',
  })
  correction?: unknown;

  @Field(() => Boolean, {
    nullable: true,
    description: 'For members: whether to be told of each step by mail. Absent: as before, at first not.',
  })
  notify?: boolean | null;
}

@InputType({ description: 'Which feedback is taken back.' })
export class FeedbackWithdrawInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The token of its answer, for whoever has no other credential.',
  })
  @IsOptional()
  @MaxLength(1000)
  feedbackToken?: string | null;
}

@InputType({ description: 'What a reviewer decides. What is absent stays; null clears.' })
export class FeedbackTriageInput {
  @Field(() => FeedbackStatus, { nullable: true, description: 'Where it stands from now on.' })
  status?: FeedbackStatus | null;

  @Field(() => Int, { nullable: true, description: 'How bad it is, 1 (worst) to 4; sets when it is due.' })
  @IsOptional()
  @Min(1)
  @Max(4)
  severity?: number | null;

  @Field(() => ID, { nullable: true, description: 'The member of staff who works on it.' })
  assigneeId?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: `Its labels, at most ${MAX_LABELS}: letters, digits and hyphens.`,
  })
  @IsOptional()
  @ArrayMaxSize(MAX_LABELS)
  @IsLabel()
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Why, for the other reviewers.' })
  @IsOptional()
  @MaxLength(2000)
  note?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true: nobody else may triage it for 15 minutes; false: gives it back.',
  })
  lock?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuses with a Conflict when the feedback has changed since.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'One of those that are decided about together.' })
export class FeedbackTriageItemInput {
  @Field(() => ID, { description: 'Which feedback.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuses with a Conflict when the feedback has changed since.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'What a reviewer decides about many at once. What is absent stays; null clears.' })
export class FeedbackTriageManyInput {
  @Field(() => [FeedbackTriageItemInput], { description: 'The feedback, 1–100, each once.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  items!: FeedbackTriageItemInput[];

  @Field(() => FeedbackStatus, { nullable: true, description: 'Where each stands from now on.' })
  status?: FeedbackStatus | null;

  @Field(() => ID, { nullable: true, description: 'The member of staff who works on them.' })
  assigneeId?: string | null;

  @Field(() => [String], { nullable: true, description: 'Labels that each gets beside its own.' })
  @IsOptional()
  @ArrayMaxSize(MAX_LABELS)
  @IsLabel()
  addTags?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Labels that each loses, where it has them.' })
  @IsOptional()
  @ArrayMaxSize(MAX_LABELS)
  @IsLabel()
  removeTags?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why, for the other reviewers; it stands in the history of each.',
  })
  @IsOptional()
  @MaxLength(2000)
  note?: string | null;
}

@InputType({ description: 'Which feedback says the same.' })
export class FeedbackMergeInput {
  @Field(() => [ID], { description: 'The duplicates, 1–100.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  ids!: string[];

  @Field(() => ID, {
    nullable: true,
    description: 'The one that stands for all and keeps their votes; null undoes an earlier merge of `ids`.',
  })
  into?: string | null;
}

@InputType({ description: 'Which feedback; all conditions must hold.' })
export class FeedbackFilter {
  @Field(() => FeedbackStatus, { nullable: true, description: 'Where it stands.' })
  status?: FeedbackStatus | null;

  @Field(() => FeedbackKind, { nullable: true, description: 'What kind it is.' })
  kind?: FeedbackKind | null;

  @Field(() => Int, { nullable: true, description: 'How bad it is.' })
  severity?: number | null;

  @Field(() => ID, { nullable: true, description: 'Of this customer.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this end user.' })
  endUserId?: string | null;

  @Field(() => ID, { nullable: true, description: 'About answers of this deployment.' })
  deploymentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'About answers of this version of a model.' })
  modelVersionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Assigned to this member of staff.' })
  assigneeId?: string | null;

  @Field(() => String, { nullable: true, description: 'Whose words contain this.' })
  @IsOptional()
  @MaxLength(200)
  textContains?: string | null;

  @Field(() => PeriodInput, { nullable: true, description: 'Said in this period.' })
  period?: PeriodInput | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Also what was withdrawn.' })
  withWithdrawn!: boolean;
}

export enum FeedbackOrderField {
  CREATED_AT = 'CREATED_AT',
  PRIORITY = 'PRIORITY',
  SEVERITY = 'SEVERITY',
  DUE_AT = 'DUE_AT',
}

registerEnumType(FeedbackOrderField, {
  name: 'FeedbackOrderField',
  description: 'What feedback is ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When it was said.' },
    PRIORITY: { description: 'How urgent it is; for staff.' },
    SEVERITY: { description: 'How bad it is; unjudged last.' },
    DUE_AT: { description: 'When it is due; unjudged last.' },
  },
});

@InputType({ description: 'The order of feedback.' })
export class FeedbackOrder {
  @Field(() => FeedbackOrderField, { description: 'By what.' })
  field!: FeedbackOrderField;

  @Field(() => SortDirection, { description: 'Which way.' })
  direction!: SortDirection;
}
