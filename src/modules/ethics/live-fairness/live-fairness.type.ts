/** Fairness on live traffic as the API shows it: by version, in figures of whole groups. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { FairnessByAttribute, FairnessMeasureName, FairnessVerdict } from '../fairness/fairness.type';
import { FairnessMonitor } from './fairness-monitor.entity';

@ObjectType('LiveFairnessOfVersion', {
  description:
    'How the people whom a version answered fared, by group. Who is in these figures agreed to be counted.',
})
export class LiveFairnessOfVersion {
  versionId!: string;

  @Field(() => Int, {
    description: 'Groups of whom somebody was counted, and nothing is told because they are few.',
  })
  tooFewGroups!: number;

  @Field(() => [FairnessByAttribute], {
    description:
      'By attribute, and by all of them crossed. Selection rates are of the answered; the other rates are of those whose right answer a correction told, so they are of people who spoke up.',
  })
  attributes!: readonly FairnessByAttribute[];
}

@ObjectType('LiveFairness', {
  description:
    'Whether a deployment treats groups alike, on live traffic. Counted are people who agreed to FAIRNESS_MONITORING, each once a quarter and version, by their first answer of one row.',
})
export class LiveFairness {
  @Field(() => FairnessMonitor, { description: 'What it is watched for.' })
  monitor!: FairnessMonitor;

  @Field(() => DateTime, { description: 'First instant of the first day.' })
  from!: Date;

  @Field(() => DateTime, { description: 'The instant after the last day. Today is told tomorrow.' })
  to!: Date;

  @Field(() => Float, { description: 'Confidence level of the intervals of rates, each for one look.' })
  level!: number;

  @Field(() => Float, {
    description:
      'The chance that a version which keeps to the bound is reported as a breach is at most this, all groups and all looks of a quarter together. Evidence that begins anew after an incident is a test of its own.',
  })
  falseAlarmRate!: number;

  @Field(() => [LiveFairnessOfVersion], { description: 'By version that answered, oldest first.' })
  versions!: readonly LiveFairnessOfVersion[];

  deploymentId!: string;
}

@ObjectType('LiveFairnessFigure', {
  description:
    'How far apart the groups of one attribute were on live traffic, in the respect that is watched.',
})
export class LiveFairnessFigureType {
  @Field(() => ID, { description: 'The deployment.' })
  deploymentId!: string;

  @Field(() => String, { description: 'Its name.' })
  deployment!: string;

  @Field(() => ID, { description: 'The version that answered.' })
  versionId!: string;

  @Field(() => String, { description: 'The attribute, or several crossed.' })
  attribute!: string;

  @Field(() => Int, { description: 'People in the groups that are told.' })
  people!: number;

  @Field(() => Int, { description: 'Groups that are told.' })
  groups!: number;

  @Field(() => FairnessMeasureName, { description: 'In which respect.' })
  measure!: string;

  @Field(() => Float, { nullable: true, description: 'How far apart; null when it cannot be told.' })
  value!: number | null;

  @Field(() => Float, { description: 'What is still taken for alike.' })
  threshold!: number;

  @Field(() => FairnessVerdict, { description: 'What may be concluded by one look.' })
  verdict!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The group with the highest rate; null without a value.',
  })
  highest!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The group with the lowest rate; null without a value.',
  })
  lowest!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Breaches that the nightly look found; null in a customer’s figures of a deployment that answers others, too.',
  })
  breaches!: number | null;
}
