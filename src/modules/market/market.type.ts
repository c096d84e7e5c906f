/** What staff see of the market: recurring revenue, how it moved, and how many customers are on which plan. */
import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, MoneyType } from '../../platform/graphql';

@ObjectType({
  description:
    'Recurring revenue of one month (UTC). `opening` + `new` + `expansion` + `contraction` + `churn` + `reactivation` = `closing`; contraction and churn are negative. Each customer moves at most once a month: from what was paid at its beginning to what is paid at its end.',
})
export class RevenueMonth {
  @Field(() => DateTime, { description: 'The first instant of the month.' })
  month!: string;

  @Field(() => MoneyType, { description: 'Monthly recurring revenue when the month began.' })
  opening!: MoneyType;

  @Field(() => MoneyType, { description: 'From customers who had never paid before.' })
  new!: MoneyType;

  @Field(() => MoneyType, {
    description: 'From customers who pay more than at the beginning: higher plans, more seats.',
  })
  expansion!: MoneyType;

  @Field(() => MoneyType, {
    description: 'From customers who pay less than at the beginning, and still pay; negative.',
  })
  contraction!: MoneyType;

  @Field(() => MoneyType, { description: 'From customers who no longer pay; negative.' })
  churn!: MoneyType;

  @Field(() => MoneyType, { description: 'From customers who had paid once, had stopped, and pay again.' })
  reactivation!: MoneyType;

  @Field(() => MoneyType, { description: 'Monthly recurring revenue when the month ended, or now.' })
  closing!: MoneyType;
}

@ObjectType({ description: 'How many customers are on a plan.' })
export class PlanCustomers {
  @Field(() => String, { description: 'Code of the plan, for example PRO.' })
  plan!: string;

  @Field(() => Int, { description: 'Customers on it now, paying or not.' })
  customers!: number;

  @Field(() => MoneyType, { description: 'What they pay a month, in the currency of this view.' })
  mrr!: MoneyType;
}

@ObjectType({
  description:
    'The market as our own facts show it, in one currency. Amounts of different currencies are never added.',
})
export class Market {
  @Field(() => String, { description: 'ISO 4217 code of every amount of this view.' })
  currency!: string;
}
