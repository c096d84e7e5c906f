/** The figures of a period that no other field of the API adds up: what reports are made of, for anyone to ask again. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal } from '../../../platform/graphql';
import { FeedbackKind } from '../../feedback';
import { ConsentPurpose, DataRequestKind, PrivacyAccounting } from '../../privacy';
import { ImpactStanding, RiskTier } from '../impact/impact-assessment.type';
import { LiveFairnessFigureType } from '../live-fairness/live-fairness.type';
import { IncidentFigureType } from './incident-figure.type';

@ObjectType('ConsentCount', { description: 'Yes and no to one purpose under one text, in a period.' })
export class ConsentCountType {
  @Field(() => ConsentPurpose, { description: 'The purpose.' })
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'Version of the text that was shown.' })
  textVersion!: number;

  @Field(() => String, { description: 'Its language.' })
  language!: string;

  @Field(() => Int, { description: 'Times consent was given.' })
  given!: number;

  @Field(() => Int, { description: 'Times it was withdrawn or refused.' })
  withdrawn!: number;
}

@ObjectType('StandingConsent', {
  description: 'How many people agree to one purpose at the end of a period.',
})
export class StandingConsentType {
  @Field(() => ConsentPurpose, { description: 'The purpose.' })
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'People who agree.' })
  agreeing!: number;

  @Field(() => Int, { description: 'People who were ever asked.' })
  asked!: number;
}

@ObjectType('DataRequestCount', { description: 'Requests of data subjects of one kind, in a period.' })
export class DataRequestCountType {
  @Field(() => DataRequestKind, { description: 'What was asked for.' })
  kind!: string;

  @Field(() => Int, { description: 'Requests that came in.' })
  received!: number;

  @Field(() => Int, { description: 'Requests that were done or refused.' })
  closed!: number;

  @Field(() => Int, { description: 'Requests that were extended within it (GDPR Art. 12(3)).' })
  extended!: number;

  @Field(() => Int, { description: 'Requests that were open and past their deadline at its end.' })
  overdue!: number;
}

@ObjectType('RetentionCount', {
  description: 'What went from one table because its time was over, in a period.',
})
export class RetentionCountType {
  @Field(() => String, { description: 'The table.' })
  table!: string;

  @Field(() => Int, { description: 'How many nightly runs looked at it.' })
  runs!: number;

  @Field(() => Int, { description: 'How many rows went, or were emptied.' })
  rows!: number;
}

@ObjectType('PrivacySpending', {
  description:
    'What the releases of a period that are about one dataset and month took from its privacy budget.',
})
export class PrivacySpendingType {
  @Field(() => String, { description: 'The dataset.' })
  dataset!: string;

  @Field(() => String, { description: 'The month that they are about, as in `2026-10`.' })
  month!: string;

  @Field(() => PrivacyAccounting, { description: 'How losses are added up, and so the unit: ε or ρ.' })
  accounting!: string;

  @Field(() => Int, { description: 'How many releases were made.' })
  releases!: number;

  @Field(() => Decimal, { description: 'What they took together, in the unit of `accounting`.' })
  spent!: string;

  @Field(() => Decimal, {
    nullable: true,
    description: 'The whole budget of a month; null when the dataset is offered no more.',
  })
  total!: string | null;
}

@ObjectType('FeedbackCount', {
  description: 'Feedback of one kind that came in during a period, and what became of it.',
})
export class FeedbackCountType {
  @Field(() => FeedbackKind, { description: 'The kind.' })
  kind!: string;

  @Field(() => Int, { description: 'How much came in.' })
  submitted!: number;

  @Field(() => Int, { description: 'How much of it was withdrawn.' })
  withdrawn!: number;

  @Field(() => Int, { description: 'How much of it somebody looked at.' })
  triaged!: number;

  @Field(() => Int, { description: 'How much of it was resolved, declined or merged.' })
  closed!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean score on the scale of the kind; null where it has none.',
  })
  meanScore!: number | null;
}

@ObjectType('ActionCount', {
  description: 'How often one thing was done in a period, as the audit log has it.',
})
export class ActionCountType {
  @Field(() => String, { description: 'What was done, `noun.past-tense`.' })
  action!: string;

  @Field(() => Int, { description: 'How often it was done in the period.' })
  count!: number;
}

@ObjectType({ description: 'A check of the gate that refused.' })
export class RefusedCheckType {
  @Field(() => String, { description: 'Which check of the gate.' })
  name!: string;

  @Field(() => String, { description: 'What was found, with its numbers, for people.' })
  detail!: string;
}

@ObjectType('GateOverride', {
  description: 'A time when a version went live although the gate had refused, and who answers for that.',
})
export class GateOverrideType {
  @Field(() => ID, { description: 'The deployment.' })
  deploymentId!: string;

  @Field(() => String, { description: 'Name of the deployment.' })
  deployment!: string;

  @Field(() => Int, { description: 'The version that the deployment had from then on.' })
  version!: number;

  @Field(() => String, {
    description: 'How its routes changed, by the names of `DeploymentMove`; CREATED has no gate to override.',
  })
  move!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: string;

  @Field(() => String, { description: 'Id of the principal who did it.' })
  by!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The written reason; null for a deployment that was made.',
  })
  reason!: string | null;

  @Field(() => [RefusedCheckType], { description: 'The checks that refused.' })
  refused!: readonly RefusedCheckType[];
}

@ObjectType('GateAccount', { description: 'What the gate before production said in a period.' })
export class GateAccountType {
  @Field(() => Int, { description: 'Times a version got its first traffic and no check refused.' })
  agreed!: number;

  @Field(() => [GateOverrideType], { description: 'Times it did although a check had refused, in order.' })
  overrides!: readonly GateOverrideType[];
}

@ObjectType('AssessedUse', {
  description: 'Where the assessment of one use of a model stood when a period ended.',
})
export class AssessedUseType {
  @Field(() => ID, { description: 'Id of the assessment.' })
  assessmentId!: string;

  @Field(() => String, { description: 'Name of the model.' })
  model!: string;

  @Field(() => String, { description: 'Short name of the use.' })
  use!: string;

  @Field(() => Int, { description: 'The number of the assessment among those of the use.' })
  number!: number;

  @Field(() => RiskTier, { description: 'How grave the use is by the assessment.' })
  tier!: string;

  @Field(() => String, { description: 'Id of the member of staff who answers for it.' })
  owner!: string;

  @Field(() => DateTime, { description: 'Until when it must be assessed anew.' })
  reviewBy!: string;

  @Field(() => ImpactStanding, { description: 'Whether it spoke for the use.' })
  standing!: string;

  @Field(() => Int, { description: 'Actions that were still to be done.' })
  openActions!: number;

  @Field(() => Int, { description: 'Of these, those whose date had passed.' })
  overdueActions!: number;
}

@ObjectType({ description: 'The figures of a period from which compliance reports are made.' })
export class ComplianceFigures {
  @Field(() => [ConsentCountType], {
    description: 'Consent given and withdrawn, by purpose and text version.',
  })
  consents!: readonly ConsentCountType[];

  @Field(() => [StandingConsentType], { description: 'Where consent stands at the end of the period.' })
  standingConsents!: readonly StandingConsentType[];

  @Field(() => [DataRequestCountType], { description: 'Requests of data subjects and their deadlines.' })
  dataRequests!: readonly DataRequestCountType[];

  @Field(() => [RetentionCountType], { description: 'What went because its time was over, by table.' })
  retention!: readonly RetentionCountType[];
  @Field(() => [PrivacySpendingType], {
    description:
      'What releases that were made in it took from privacy budgets; of the whole house, whoever the figures are about.',
  })
  privacySpending!: readonly PrivacySpendingType[];

  @Field(() => [FeedbackCountType], { description: 'Feedback that came in, by kind, and what became of it.' })
  feedback!: readonly FeedbackCountType[];

  @Field(() => [ActionCountType], { description: 'Everything that happened, by action.' })
  activity!: readonly ActionCountType[];

  @Field(() => [AssessedUseType], {
    description: 'What the assessed uses of models may do to people, at its end.',
  })
  impact!: readonly AssessedUseType[];

  @Field(() => [LiveFairnessFigureType], {
    description:
      'How far apart groups of people were on live traffic, by deployment, version and attribute; of one customer, its own people.',
  })
  liveFairness!: readonly LiveFairnessFigureType[];

  @Field(() => [IncidentFigureType], { description: 'What went wrong, and what was done about it.' })
  incidents!: readonly IncidentFigureType[];

  @Field(() => GateAccountType, { description: 'What the gate before production said, and who overrode it.' })
  gates!: GateAccountType;
}
