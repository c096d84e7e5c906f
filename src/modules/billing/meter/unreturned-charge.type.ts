/** What customers and staff see of charges that were reversed and that nobody has back yet. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Period } from '../../../kernel/period';
import { Decimal, PeriodType } from '../../../platform/graphql';

export enum ChargeReturn {
  NEXT_INVOICES = 'NEXT_INVOICES',
  BY_REFUND = 'BY_REFUND',
}

registerEnumType(ChargeReturn, {
  name: 'ChargeReturn',
  description: 'How a charge that was reversed is returned.',
  valuesConfig: {
    NEXT_INVOICES: {
      description: 'By itself: it comes off the usage on this and the next invoices, until nothing is left.',
    },
    BY_REFUND: {
      description:
        'The plan has ended, so no invoice is to come: staff gives it back with `invoiceRefund`, and whatever is refunded from then on counts for it.',
    },
  },
});

@ObjectType({
  description: 'What was charged for a period, is owed no more, and the customer does not have back yet.',
})
export class UnreturnedCharge {
  @Field(() => PeriodType, { description: 'The billing period in which it was used, half-open.' })
  period!: Period;

  @Field(() => Decimal, { description: 'What of it is left, in minor units of the currency, above 0.' })
  amount!: string;

  @Field(() => String, { description: 'Currency in which it was charged, ISO 4217.' })
  currency!: string;

  @Field(() => ChargeReturn, { description: 'How it is returned.' })
  returned!: ChargeReturn;
}
