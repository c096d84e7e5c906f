/** Money and periods as the API shows them. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { format, type Money } from '../../kernel/money';
import type { Period } from '../../kernel/period';
import { BigIntScalar, DateTime } from './scalars';

@ObjectType('Money', { description: 'An amount of money in whole minor units.' })
export class MoneyType {
  @Field(() => BigIntScalar, { description: 'Minor units, for example cents.' })
  amountMinor!: bigint;

  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;

  @Field(() => String, { description: 'For people, for example `12.34 USD`.' })
  formatted!: string;
}

export function moneyOf(money: Money): MoneyType {
  return { ...money, formatted: format(money) };
}

@ObjectType('Period', { description: 'A half-open period: `from` belongs to it, `to` does not.' })
export class PeriodType {
  @Field(() => DateTime, { description: 'Its first instant.' })
  from!: Date;

  @Field(() => DateTime, { description: 'The first instant after it.' })
  to!: Date;
}

@InputType({ description: 'A half-open period in UTC: `from` belongs to it, `to` does not.' })
export class PeriodInput implements Period {
  @Field(() => DateTime, { description: 'Its first instant.' })
  from!: Date;

  @Field(() => DateTime, { description: 'The first instant after it.' })
  to!: Date;
}
