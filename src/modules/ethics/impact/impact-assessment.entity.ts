/** What using a model for one thing may do to people: kept as it was assessed. A new assessment of the use supersedes it. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import {
  HighRiskArea,
  ImpactFunctions,
  ImpactRisk,
  NarrowRole,
  ProhibitedPractice,
  RiskReason,
  RiskTier,
  TransparencyDuty,
} from './impact-assessment.type';
import type {
  HighRiskAreaName,
  NarrowRoleName,
  ProhibitedPracticeName,
  RiskAnswers,
  RiskTierName,
  TransparencyDutyName,
} from './risk-tier';

@ObjectType({ description: 'What was answered to the questions that decide the tier.' })
export class RiskAnswersType implements RiskAnswers {
  @Field(() => [ProhibitedPractice], { description: 'Prohibited practices that it is.' })
  practices!: ProhibitedPracticeName[];

  @Field(() => Boolean, { description: 'Whether it is a safety component of a product of Annex I.' })
  isSafetyComponent!: boolean;

  @Field(() => HighRiskArea, { nullable: true, description: 'The area of Annex III; null when in none.' })
  area!: HighRiskAreaName | null;

  @Field(() => Boolean, { description: 'Whether it evaluates personal aspects of people.' })
  profilesPeople!: boolean;

  @Field(() => NarrowRole, { nullable: true, description: 'The exception that it claims; null for none.' })
  narrowRole!: NarrowRoleName | null;

  @Field(() => [TransparencyDuty], { description: 'What people must be told.' })
  duties!: TransparencyDutyName[];
}

@Entity('impact_assessments')
@ObjectType({
  implements: Node,
  description:
    'What using a model for one thing may do to people, under which tier of the law, and who answers for it. Never changed: assessed anew, it is superseded.',
})
export class ImpactAssessment implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the assessment.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  modelId!: string;

  @Column('text')
  @Field(() => String, { description: 'The use, by a short name.' })
  use!: string;

  @Column('int')
  @Field(() => Int, { description: 'Its number among the assessments of this use, from 1.' })
  number!: number;

  @Column('text')
  @Field(() => String, { description: 'What the model is used for.' })
  purpose!: string;

  @Column('text')
  @Field(() => String, { description: 'About whom it decides or speaks, and who else feels it.' })
  affected!: string;

  @Column('jsonb')
  @Field(() => RiskAnswersType, { description: 'What was answered to the questions that decide the tier.' })
  answers!: RiskAnswersType;

  @Column('text')
  @Field(() => RiskTier, { description: 'Its tier, which follows from the answers.' })
  tier!: RiskTierName;

  @Column('jsonb')
  @Field(() => [RiskReason], { description: 'Every article that applies, the gravest first.' })
  reasons!: RiskReason[];

  @Column('jsonb')
  @Field(() => ImpactFunctions, { description: 'How it is dealt with.' })
  functions!: ImpactFunctions;

  @Column('jsonb')
  @Field(() => [ImpactRisk], { description: 'The harms that were seen.' })
  risks!: ImpactRisk[];

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'How people oversee it (Article 14); null where nobody said, which HIGH does not allow.',
  })
  humanOversight!: string | null;

  @Column('text')
  ownerId!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Until when it must be assessed anew.' })
  reviewBy!: Date;

  @Column('text')
  assessedById!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was assessed.' })
  assessedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When a later one took its place; null while latest.',
  })
  supersededAt!: Date | null;
}

@ObjectType({ description: 'A page of impact assessments.' })
export class ImpactAssessmentConnection extends connectionOf(ImpactAssessment) {}
