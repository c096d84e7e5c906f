/** Money and periods as the API shows them, and as it takes them. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { invalidInput } from '../../kernel/errors';
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

/** The period that was asked for, if any. @throws AppError INVALID_INPUT at `path` when it ends before it begins. */
export function periodAsked(
  input: PeriodInput | null | undefined,
  path: readonly string[] = ['period'],
): Period | undefined {
  if (!input) return undefined;
  const { from, to } = input;
  if (from >= to) throw invalidInput([...path, 'to'], 'A period must end after it begins.', 'period');
  return { from, to };
}

/** The same, as a condition on an instant. */
export function withinPeriod(
  input: PeriodInput | null | undefined,
  path: readonly string[] = ['filter', 'period'],
): { readonly gte: Date; readonly lt: Date } | undefined {
  const period = periodAsked(input, path);
  return period && { gte: period.from, lt: period.to };
}
