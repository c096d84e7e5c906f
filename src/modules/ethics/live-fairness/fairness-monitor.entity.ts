/**
 * What the live traffic of a deployment is watched for. What is counted and told (attributes, positive outcome, size of
 * groups) never changes: counted otherwise, it is another monitor. What is concluded from the counts may be set anew.
 */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';
import type { MeasureName } from '../fairness/fairness';
import { FairnessMeasureName } from '../fairness/fairness.type';
import type { MonitoredAttribute } from './monitored-groups';

export enum FairnessAction {
  NOTIFY = 'NOTIFY',
  OPEN_INCIDENT = 'OPEN_INCIDENT',
  ROLL_BACK = 'ROLL_BACK',
}

registerEnumType(FairnessAction, {
  name: 'FairnessAction',
  description: 'What is done once groups are apart by more than is allowed, and not by chance.',
  valuesConfig: {
    NOTIFY: { description: 'The breach is recorded and told by its event.' },
    OPEN_INCIDENT: { description: 'An incident is opened as well.' },
    ROLL_BACK: {
      description:
        'The deployment is rolled back as well, where the version still answers and there are routes to go back to.',
    },
  },
});

@ObjectType('FairnessAttribute', {
  description: 'An attribute of people by which their answers are counted.',
})
export class FairnessAttributeType implements MonitoredAttribute {
  @Field(() => String, { description: 'Its name, for example `gender`.' })
  name!: string;

  @Field(() => [String], { description: 'Its groups. Who belongs to none of them is not counted by it.' })
  groups!: string[];

  @Field(() => [Float], { description: 'Where the ranges of a number begin and end; empty without ranges.' })
  cuts!: number[];
}

@Entity('fairness_monitors')
@ObjectType({
  implements: Node,
  description:
    'What the live traffic of a deployment is watched for: a person counts once a quarter and version, in sums of whole groups, while they agree to FAIRNESS_MONITORING.',
})
export class FairnessMonitor implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the monitor.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  deploymentId!: string;

  @Column('jsonb')
  @Field(() => [FairnessAttributeType], {
    description: 'Whose groups are counted: each by itself and, of several, all of them crossed.',
  })
  attributes!: FairnessAttributeType[];

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The class that is the positive outcome; null where a number decides.',
  })
  positiveLabel!: string | null;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description: 'From this number on the outcome is positive; null where a class decides.',
  })
  scoreFrom!: number | null;

  @Column('text')
  @Field(() => FairnessMeasureName, { description: 'In which respect groups must be alike.' })
  measure!: MeasureName;

  @Column('double precision')
  @Field(() => Float, { description: 'What is still taken for alike.' })
  threshold!: number;

  @Column('int')
  @Field(() => Int, { description: 'No figure of a group is told of fewer people.' })
  minimumGroupSize!: number;

  @Column('text')
  @Field(() => FairnessAction, { description: 'What is done about a breach.' })
  action!: FairnessAction;

  @Column('int')
  @Field(() => Int, { description: 'Counts its changes; for `expectedVersion`.' })
  version!: number;

  @Column('text')
  setBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Since when people are counted for it.' })
  since!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it stands.' })
  endedAt!: Date | null;
}
