/** What people see of usage at Stripe: what was used, what Stripe was told and counts, and what is not billed yet. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Period } from '../../../kernel/period';
import { DateTime, Decimal, PeriodType } from '../../../platform/graphql';
import { UsageMeter } from './meter-plan';

registerEnumType(UsageMeter, {
  name: 'UsageMeter',
  description: 'What is added up at Stripe.',
  valuesConfig: {
    REQUESTS: { description: 'Requests that have a price.' },
    CHARGE: {
      description: 'What they are charged by the price book and credits did not pay, in minor units.',
    },
  },
});

export enum LateUsageStatus {
  UNBILLED = 'UNBILLED',
  BILLED = 'BILLED',
  REFUSED = 'REFUSED',
  RETURNED = 'RETURNED',
}

registerEnumType(LateUsageStatus, {
  name: 'LateUsageStatus',
  description: 'What became of usage that came after the invoice of its period.',
  valuesConfig: {
    UNBILLED: { description: 'Not handed over yet: it lands on the next invoice.' },
    BILLED: { description: 'Handed over: it is on the invoice of the period in which it counts.' },
    REFUSED: { description: 'Stripe did not take it, and says why.' },
    RETURNED: {
      description: 'A charge that was reversed after the plan had ended, and was given back as money.',
    },
  },
});

@ObjectType({
  description:
    'Usage that counts at another time than the one in which it was used, because its invoice was closed by then.',
})
export class LateUsage {
  @Field(() => DateTime, {
    description: 'Start of the hour in which it was used; of what was taken back, when that was.',
  })
  usedAt!: Date;

  @Field(() => DateTime, { description: 'When it counts at Stripe.' })
  countsAt!: Date;

  @Field(() => Decimal, {
    description:
      'How much: requests, or minor units; negative for a charge that was reversed and is taken back.',
  })
  quantity!: string;

  @Field(() => LateUsageStatus, { description: 'What became of it.' })
  status!: LateUsageStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Why Stripe did not take it; null while it did not refuse.',
  })
  failure!: string | null;
}

@ObjectType({
  description:
    'Usage of a period beside what Stripe was told of it and what Stripe counts. Requests, or decimals of minor units.',
})
export class MeterReconciliation {
  @Field(() => UsageMeter, { description: 'What is added up.' })
  meter!: UsageMeter;

  @Field(() => PeriodType, { description: 'The period, half-open.' })
  period!: Period;

  @Field(() => Decimal, { description: 'What the usage records of the period come to.' })
  used!: string;

  @Field(() => Decimal, { description: 'What of it credits paid; always 0 for requests.' })
  paidByCredits!: string;

  @Field(() => Decimal, {
    description:
      'What of it Stripe is not told yet: usage of the running hour, and what Stripe did not take; negative for what was reversed and is not returned yet.',
  })
  unbilled!: string;

  @Field(() => Decimal, {
    description: 'What Stripe was told and counts in this period, late usage of earlier ones included.',
  })
  sent!: string;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'What Stripe says it counted; null when Stripe does not know the customer or does not answer.',
  })
  atStripe!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Stripe’s figure less what was sent: 0 when all is well; null without `atStripe`.',
  })
  difference!: string | null;

  @Field(() => [LateUsage], {
    description: 'Late usage of this period, and of earlier ones that counts in this one; oldest first.',
  })
  late!: LateUsage[];
}
