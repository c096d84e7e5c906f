/** What people see of usage, cost and margin. Figures finer than a cent stand as decimals beside the rounded amounts. */
import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { addDecimals, money, roundToMinor } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { BigIntScalar, DateTime, Decimal, moneyOf, MoneyType, PeriodType } from '../../../platform/graphql';
import { UsageUnit } from './price';

registerEnumType(UsageUnit, {
  name: 'UsageUnit',
  description: 'What usage is counted and charged in.',
  valuesConfig: {
    REQUEST: { description: 'One call that was computed, however many rows it carries.' },
    CACHED_REQUEST: { description: 'One call that was given an earlier answer again.' },
    ECONOMY_REQUEST: {
      description:
        'One call that was computed when it suited the house, before its own deadline; a REQUEST where the price book has no price for it.',
    },
    ROW: { description: 'One row of a call.' },
    DEVICE_MILLISECOND: { description: 'One millisecond of the inference device.' },
    PROMPT_TOKEN: { description: 'One token of a prompt that was read.' },
    COMPLETION_TOKEN: { description: 'One token of a text that was written and delivered.' },
  },
});

@ObjectType({ description: 'An amount of usage in one unit, and what it is charged.' })
export class UsageLine {
  @Field(() => UsageUnit, { description: 'The unit that was counted.' })
  unit!: UsageUnit;

  @Field(() => Decimal, { description: 'How many of the unit.' })
  quantity!: string;

  @Field(() => Decimal, { description: 'What it is charged by the price book, in minor units, unrounded.' })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217 code of the amount.' })
  currency!: string;

  /** The model, to whose object the module of models resolves it; null where the line is not of one model. */
  modelId!: string | null;
}

@ObjectType({ description: 'The usage of one day (UTC).' })
export class UsageDay {
  @Field(() => DateTime, { description: 'The start of the day.' })
  day!: string;

  @Field(() => BigIntScalar, { description: 'Requests of the day.' })
  requests!: bigint;

  @Field(() => Decimal, {
    description: 'What they are charged by the price book, in minor units, unrounded.',
  })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217 code of the amount.' })
  currency!: string;
}

@ObjectType({
  description: 'Where the period will end if usage goes on at its pace so far: a straight line.',
})
export class UsageForecast {
  @Field(() => BigIntScalar, { description: 'Requests at the end of the period.' })
  requests!: bigint;

  @Field(() => MoneyType, { description: 'Charge at the end of the period.' })
  charge!: MoneyType;
}

@ObjectType({
  description:
    'What a customer used in a period, and what it is charged by the price book. Of many calls at once the last quarter of a second may be missing.',
})
export class UsageReport {
  /** Whose report it is, and in which currency it counts. */
  customerId!: string;
  currency!: string;

  @Field(() => PeriodType, { description: 'The period, half-open.' })
  period!: Period;

  @Field(() => [UsageLine], { description: 'One line a unit.' })
  byUnit!: UsageLine[];

  @Field(() => [UsageLine], { description: 'Requests and charge, one line a model, most used first.' })
  byModel!: UsageLine[];

  @Field(() => [UsageDay], { description: 'One entry a day with usage, oldest first.' })
  byDay!: UsageDay[];

  @Field(() => UsageForecast, { description: 'Where the period will end.' })
  forecast!: UsageForecast;

  @Field(() => MoneyType, { description: 'Charge of the usage so far, rounded once.' })
  charge!: MoneyType;
}

@ObjectType('Cost', { description: 'What a piece of work cost the operator. Staff only.' })
export class CostType {
  @Field(() => MoneyType, { description: 'Cost of the device, rounded.' })
  device!: MoneyType;

  @Field(() => MoneyType, { description: 'Cost of remote engines, rounded; 0 for work done in the house.' })
  upstream!: MoneyType;

  @Field(() => MoneyType, { description: 'Both together, rounded once.' })
  total!: MoneyType;

  @Field(() => Decimal, { description: 'Both together in minor units, unrounded.' })
  exact!: string;

  @Field(() => Float, { description: 'Device time in milliseconds.' })
  deviceMs!: number;
}

@ObjectType({ description: 'What was earned and what it cost. Staff only.' })
export class Margin {
  @Field(() => MoneyType, { description: 'Usage by the price book, rounded once.' })
  revenue!: MoneyType;

  @Field(() => MoneyType, { description: 'Cost of the devices, rounded once.' })
  cost!: MoneyType;

  @Field(() => MoneyType, { description: 'Revenue less cost, rounded once.' })
  margin!: MoneyType;

  @Field(() => Float, { nullable: true, description: 'Margin as a part of revenue; null without revenue.' })
  ratio!: number | null;
}

/** Cost as people see it, from the exact decimals of a record. */
export function costType(cost: {
  device: string;
  upstream?: string;
  deviceMs: number;
  currency: string;
}): CostType {
  const { device, upstream = '0', deviceMs, currency } = cost;
  const exact = addDecimals(device, upstream);
  return {
    device: moneyOf(money(roundToMinor(device), currency)),
    upstream: moneyOf(money(roundToMinor(upstream), currency)),
    total: moneyOf(money(roundToMinor(exact), currency)),
    exact,
    deviceMs,
  };
}
