/** What assessing a use of a model takes, and how assessments are looked for. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import {
  HighRiskArea,
  ImpactFunctions,
  ImpactRisk,
  NarrowRole,
  ProhibitedPractice,
  RiskTier,
  TransparencyDuty,
} from './impact-assessment.type';
import type {
  HighRiskAreaName,
  NarrowRoleName,
  ProhibitedPracticeName,
  RiskTierName,
  TransparencyDutyName,
} from './risk-tier';

const MOST_RISKS = 30;
export const MOST_OPEN_ACTIONS = 50;
const USE_PATTERN = /^[a-z0-9][a-z0-9-]{1,62}$/;

@InputType({ description: 'The questions that decide the tier of a use.' })
export class RiskAnswersInput {
  @Field(() => [ProhibitedPractice], {
    defaultValue: [],
    description: 'Prohibited practices that it is; none = an empty list.',
  })
  @ArrayMaxSize(8)
  practices!: ProhibitedPracticeName[];

  @Field(() => Boolean, {
    description:
      'Whether it is a safety component of a product, or such a product, that is assessed by a third party under Annex I.',
  })
  isSafetyComponent!: boolean;

  @Field(() => HighRiskArea, { nullable: true, description: 'The area of Annex III; null when in none.' })
  area?: HighRiskAreaName | null;

  @Field(() => Boolean, { description: 'Whether it evaluates personal aspects of people (profiling).' })
  profilesPeople!: boolean;

  @Field(() => NarrowRole, {
    nullable: true,
    description: 'Why it is no significant risk in that area; null when it may be one.',
  })
  narrowRole?: NarrowRoleName | null;

  @Field(() => [TransparencyDuty], {
    defaultValue: [],
    description: 'What people must be told; nothing = an empty list.',
  })
  @ArrayMaxSize(4)
  duties!: TransparencyDutyName[];
}

@InputType({ description: 'Something that is to be done; no personal data.' })
export class ImpactActionInput {
  @Field(() => String, { description: 'What, 3–300 letters.' })
  @Length(3, 300)
  title!: string;

  @Field(() => DateTime, { description: 'Until when; in the future.' })
  dueAt!: Date;
}

@InputType({ description: 'The assessment of one use of a model, under your name.' })
export class ImpactAssessmentRecordInput {
  @Field(() => ID, { description: 'The model.' })
  modelId!: string;

  @Field(() => String, {
    description: 'The use, by a short name of small letters, digits and dashes, as in `credit-decisions`.',
  })
  @Matches(USE_PATTERN, {
    message: 'must be 2–63 small letters, digits and dashes, as in `credit-decisions`',
  })
  use!: string;

  @Field(() => String, { description: 'What the model is used for, 10–2000 letters.' })
  @Length(10, 2000)
  purpose!: string;

  @Field(() => String, {
    description: 'About whom it decides or speaks, and who else feels it, 3–1000 letters.',
  })
  @Length(3, 1000)
  affected!: string;

  @Field(() => RiskAnswersInput, { description: 'The questions that decide the tier.' })
  @ValidateNested()
  answers!: RiskAnswersInput;

  @Field(() => ImpactFunctions, { description: 'How it is dealt with.' })
  @ValidateNested()
  functions!: ImpactFunctions;

  @Field(() => [ImpactRisk], { description: `The harms that you see, 1–${MOST_RISKS}.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RISKS)
  @ValidateNested({ each: true })
  risks!: ImpactRisk[];

  @Field(() => String, {
    nullable: true,
    description: 'How people oversee it, 10–2000 letters; HIGH needs it (Article 14).',
  })
  @IsOptional()
  @Length(10, 2000)
  humanOversight?: string | null;

  @Field(() => ID, { nullable: true, description: 'The member of staff who answers for it; absent = you.' })
  ownerId?: string | null;

  @Field(() => DateTime, { description: 'Until when it must be assessed anew: within two years.' })
  reviewBy!: Date;

  @Field(() => [ImpactActionInput], {
    defaultValue: [],
    description: `What is to be done, beside what is still open of earlier assessments; at most ${MOST_OPEN_ACTIONS} are open.`,
  })
  @ArrayMaxSize(MOST_OPEN_ACTIONS)
  @ArrayUnique(({ title }: ImpactActionInput) => title)
  @ValidateNested({ each: true })
  actions!: ImpactActionInput[];

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of the assessment you have read, 0 = none; another one is a Conflict. Absent = do not check.',
  })
  @IsOptional()
  @Min(0)
  expectedNumber?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again for 24 hours.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'That an action is done.' })
export class ImpactActionCloseInput {
  @Field(() => ID, { description: 'The action.' })
  id!: string;

  @Field(() => String, { description: 'What came of it, 3–2000 letters; no personal data.' })
  @Length(3, 2000)
  outcome!: string;
}

@InputType({ description: 'Which assessments; all conditions must hold.' })
export class ImpactAssessmentFilter {
  @Field(() => ID, { nullable: true, description: 'Of this model.' })
  modelId?: string | null;

  @Field(() => RiskTier, { nullable: true, description: 'Of this tier.' })
  tier?: RiskTierName | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: with superseded ones. Absent: only the latest of each use.',
  })
  withSuperseded?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'To be reviewed before this moment; now = overdue ones.',
  })
  reviewBefore?: Date | null;
}
