/**
 * A plan as it is sold: its price, what it entitles to and its price book. A version never changes once a customer
 * stands on it; a change of terms is a new version, and customers stay on the one they bought.
 */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Node } from '../../../platform/graphql';
import type { PriceBookEntry } from '../usage/price';
import type { EntitlementTerms } from './entitlement-terms';

export enum PlanInterval {
  MONTH = 'MONTH',
  YEAR = 'YEAR',
}

registerEnumType(PlanInterval, {
  name: 'BillingInterval',
  description: 'How long a billing period is.',
  valuesConfig: {
    MONTH: { description: 'One calendar month from the anchor.' },
    YEAR: { description: 'Twelve calendar months from the anchor.' },
  },
});

@Entity('plans')
@ObjectType({
  implements: Node,
  description: 'A plan: what it costs, what it entitles to, and what usage costs under it.',
})
export class Plan implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of this version of the plan.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Short name that all versions share: FREE, PRO, SCALE, ENTERPRISE.' })
  code!: string;

  @Column('int')
  @Field(() => Int, { description: 'Version; customers stay on the version they bought.' })
  version!: number;

  @Column('text')
  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Column('bigint')
  priceMinor!: string;

  @Column('text')
  currency!: string;

  @Column('text')
  @Field(() => PlanInterval, { description: 'How often the price is due.' })
  interval!: PlanInterval;

  @Column('boolean')
  @Field(() => Boolean, {
    description: 'Whether it can be bought by checkout; the others are given at sign-up or by contract.',
  })
  sellable!: boolean;

  @Column('int')
  @Field(() => Int, { description: 'Days of trial that a new customer may ask for; 0 = none.' })
  trialDays!: number;

  @Column('int')
  @Field(() => Int, { description: 'Days for which a late payment keeps the plan.' })
  graceDays!: number;

  @Column('jsonb')
  entitlementTerms!: EntitlementTerms;

  @Column('jsonb')
  priceBook!: PriceBookEntry[];

  @Column('timestamptz')
  createdAt!: Date;
}
