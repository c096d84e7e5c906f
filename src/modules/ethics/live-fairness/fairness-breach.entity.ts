/** Groups were found to be apart by more than is allowed, and not by chance. Found once of the same evidence, and never changed. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';
import { FairnessMeasureName } from '../fairness/fairness.type';
import type { MeasureName } from '../fairness/fairness';
import type { BreachFigures } from './breach';
import { FairnessAction } from './fairness-monitor.entity';

const FairnessRateName = {
  SELECTION_RATE: 'selectionRate',
  TRUE_POSITIVE_RATE: 'truePositiveRate',
  FALSE_POSITIVE_RATE: 'falsePositiveRate',
  PRECISION: 'precision',
} as const satisfies Record<string, BreachFigures['rate']>;

registerEnumType(FairnessRateName, {
  name: 'FairnessRateName',
  description: 'A share of the people of a group.',
  valuesConfig: {
    SELECTION_RATE: { description: 'Of all, who was given the positive answer.' },
    TRUE_POSITIVE_RATE: { description: 'Of the positive ones, who was given it.' },
    FALSE_POSITIVE_RATE: { description: 'Of the negative ones, who was given it.' },
    PRECISION: { description: 'Of those who were given it, who is positive.' },
  },
});

@ObjectType('FairnessBreachFigures', { description: 'By how much two groups were found to be apart.' })
export class BreachFiguresType implements BreachFigures {
  @Field(() => String, { description: 'The attribute, or several crossed.' })
  attribute!: string;

  @Field(() => FairnessRateName, { description: 'Of which rate they are apart.' })
  rate!: BreachFigures['rate'];

  @Field(() => String, { description: 'The group with the higher rate.' })
  highest!: string;

  @Field(() => Float, { description: 'Rate of the group `highest`, 0–1.' })
  highestRate!: number;

  @Field(() => Int, { description: 'People of `highest` of whom its rate is a share.' })
  highestPeople!: number;

  @Field(() => String, { description: 'The group with the lower rate.' })
  lowest!: string;

  @Field(() => Float, { description: 'Rate of the group `lowest`, 0–1.' })
  lowestRate!: number;

  @Field(() => Int, { description: 'People of `lowest` of whom its rate is a share.' })
  lowestPeople!: number;

  @Field(() => Float, { description: 'Their difference or ratio, as it was counted.' })
  distance!: number;

  @Field(() => Float, {
    description: 'What a difference is at least, and a ratio at most, chance allowed for.',
  })
  certain!: number;
}

@Entity('fairness_breaches')
@ObjectType({
  implements: Node,
  description:
    'Groups that a version was found to treat unlike each other on live traffic, by more than chance explains.',
})
export class FairnessBreach implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the breach.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  monitorId!: string;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  modelVersionId!: string;

  @Column('text')
  attribute!: string;

  /** The first day whose counts are evidence. */
  @Column('date')
  evidenceFrom!: string;

  @Column('text')
  @Field(() => FairnessMeasureName, { description: 'In which respect.' })
  measure!: MeasureName;

  @Column('double precision')
  @Field(() => Float, { description: 'What would still have been taken for alike.' })
  threshold!: number;

  @Column('jsonb')
  @Field(() => BreachFiguresType, { description: 'By how much.' })
  figures!: BreachFiguresType;

  @Column('text')
  @Field(() => FairnessAction, { description: 'What the monitor asked to be done.' })
  action!: FairnessAction;

  @Column('boolean')
  @Field(() => Boolean, { description: 'Whether the deployment was rolled back because of it.' })
  rolledBack!: boolean;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was found.' })
  foundAt!: Date;
}
