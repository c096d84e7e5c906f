/** How well a customer does, with every term of which that was reckoned. Made anew every hour. */
import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime } from '../../../platform/graphql';
import { ChurnRisk, HealthTermKind, type ReckonedTerm } from './health-score';

registerEnumType(HealthTermKind, {
  name: 'HealthTermKind',
  description: 'What the health of a customer is reckoned of; each is 0–1.',
  valuesConfig: {
    USAGE_TREND: {
      description: 'Requests of the last 30 days by those of the 30 before, at most 1; unknown without any.',
    },
    RECENCY: {
      description:
        '1 on the day of the last request, or of the sign-up without any; 0 from the thirtieth day after it.',
    },
    FEEDBACK: {
      description: 'The share of the feedback of the last 90 days that is not bad; unknown without any.',
    },
    PAYMENT: { description: '1 when all is paid, 0.5 when a payment is late, 0 once it was given up.' },
    INCIDENTS: { description: '1 without an incident in the last 30 days, 0 from the third.' },
  },
});

registerEnumType(ChurnRisk, {
  name: 'ChurnRisk',
  description: 'How likely it seems that a customer leaves, by its health.',
  valuesConfig: {
    LOW: { description: 'A health of 70 or more.' },
    MEDIUM: { description: 'A health of 40 to 70.' },
    HIGH: { description: 'A health below 40.' },
  },
});

@ObjectType({ description: 'One term of the health of a customer.' })
export class HealthTerm {
  @Field(() => HealthTermKind, { description: 'Which.' })
  term!: HealthTermKind;

  @Field(() => Float, { nullable: true, description: '0–1; null when it is not known, and takes no part.' })
  value!: number | null;

  @Field(() => Float, { description: 'Its weight; the weights of all terms add up to 1.' })
  weight!: number;

  @Field(() => String, { description: 'What it was made of, in words.' })
  basis!: string;
}

@Entity('customer_healths')
@ObjectType({
  description:
    'How well a customer does: 100 × Σ `weight` × `value` ÷ Σ `weight`, over the terms that are known. A hint where to look, not a forecast.',
})
export class CustomerHealth {
  /** The customer's. */
  @PrimaryColumn('text', { name: 'customer_id' })
  id!: string;

  @Column('double precision')
  @Field(() => Float, { description: '0 (about to leave) to 100 (all is well).' })
  score!: number;

  @Column('text')
  @Field(() => ChurnRisk, { description: 'How likely it seems that it leaves.' })
  risk!: ChurnRisk;

  @Column('boolean')
  @Field(() => Boolean, { description: 'Whether it pays for a plan.' })
  pays!: boolean;

  @Column('jsonb')
  @Field(() => [HealthTerm], { description: 'Of what the score was made.' })
  terms!: ReckonedTerm[];

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was reckoned; at most a little over an hour ago.' })
  computedAt!: Date;
}

@ObjectType({ description: 'A page of how well customers do.' })
export class CustomerHealthConnection extends connectionOf(CustomerHealth) {}
