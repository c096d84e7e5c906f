/** That a customer was told how far a period has come. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Decimal } from '../../../platform/graphql';
import { AlertSubject } from './usage-threshold';

registerEnumType(AlertSubject, {
  name: 'UsageAlertSubject',
  description: 'What was counted against its limit.',
  valuesConfig: {
    REQUESTS: { description: 'Requests, against those that the plan includes.' },
    SPEND: { description: 'What is owed for usage, against the spend cap.' },
  },
});

@Entity('usage_alerts')
@ObjectType({
  description: 'A threshold of 50, 80 or 100 % that was reached; each is told once a billing period.',
})
export class UsageAlert {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('timestamptz')
  periodStart!: Date;

  @PrimaryColumn('text')
  @Field(() => AlertSubject, { description: 'What has come so far.' })
  subject!: AlertSubject;

  @PrimaryColumn('int')
  @Field(() => Int, { description: 'Percent of the limit: 50, 80 or 100.' })
  percent!: number;

  @Column('numeric')
  @Field(() => Decimal, { description: 'The limit at that moment: requests, or minor units.' })
  limitAmount!: string;

  @Column('numeric')
  @Field(() => Decimal, { description: 'What was used at that moment, in the same unit.' })
  used!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'ISO 4217 code of minor units; null for requests.' })
  currency!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was seen.' })
  createdAt!: Date;
}
