/** Recurring revenue as staff see it: how it moved, what is kept of it, by cohort, and who is on which plan. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime, MoneyType } from '../../../platform/graphql';

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

  @Field(() => Int, { description: 'Customers who paid when the month ended, or pay now.' })
  customers!: number;

  @Field(() => Int, { description: 'Customers who paid for the first time.' })
  newCustomers!: number;

  @Field(() => Int, { description: 'Customers who stopped paying.' })
  churnedCustomers!: number;

  @Field(() => Int, { description: 'Customers who had stopped and pay again.' })
  reactivatedCustomers!: number;

  @Field(() => MoneyType, { description: 'Annual recurring revenue (ARR): twelve times `closing`.' })
  arr!: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'Average revenue per account (ARPA): `closing` by `customers`; null when nobody pays.',
  })
  arpa!: MoneyType | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Gross revenue retention: (`opening` + `contraction` + `churn`) by `opening`, 0–1; null when nothing was paid at the beginning.',
  })
  grossRetention!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Net revenue retention: (`opening` + `expansion` + `contraction` + `churn`) by `opening`; above 1 when those who stay grow more than is lost. New and returned customers do not count. Null when nothing was paid at the beginning.',
  })
  netRetention!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Logo churn: `churnedCustomers` by the customers who paid at the beginning, 0–1; null when nobody did.',
  })
  logoChurn!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Quick ratio: (`new` + `expansion` + `reactivation`) by what was lost (`contraction` + `churn`, without their sign); null when nothing was lost.',
  })
  quickRatio!: number | null;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'Customer lifetime value (LTV): ARPA by logo churn of the month, what a customer pays while it stays, before costs. Null when nobody left: of nothing lost no lifetime follows.',
  })
  lifetimeValue!: MoneyType | null;
}

@ObjectType({
  description:
    'What is left of those who paid some months ago: at the end of that month, against the present. Who came since, or had stopped then, does not count.',
})
export class RevenueRetention {
  @Field(() => DateTime, { description: 'The first instant of the month at whose end they paid.' })
  since!: string;

  @Field(() => Int, { description: 'Customers who paid then.' })
  customers!: number;

  @Field(() => Int, { description: 'How many of them pay now.' })
  customersKept!: number;

  @Field(() => MoneyType, { description: 'What they paid a month then.' })
  before!: MoneyType;

  @Field(() => MoneyType, { description: 'What they pay a month now.' })
  now!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Gross revenue retention: the lesser of then and now of each of them, by `before`, 0–1; null when nobody paid.',
  })
  grossRetention!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Net revenue retention: `now` by `before`; null when nobody paid.',
  })
  netRetention!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Logo retention: `customersKept` by `customers`, 0–1; null when nobody paid.',
  })
  logoRetention!: number | null;
}

@ObjectType({ description: 'What is left of a cohort at the end of one month, or now.' })
export class RevenueCohortMonth {
  @Field(() => DateTime, { description: 'The first instant of the month.' })
  month!: string;

  @Field(() => Int, { description: 'Months since the first; 0 = the first itself.' })
  age!: number;

  @Field(() => Int, { description: 'Customers of the cohort who pay at its end.' })
  customers!: number;

  @Field(() => Float, {
    nullable: true,
    description: '`customers` by all who belong to the cohort, 0–1; null when nobody does.',
  })
  customersKept!: number | null;

  @Field(() => MoneyType, { description: 'What they pay a month.' })
  revenue!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description: '`revenue` by that of the first month; null when it ended with none.',
  })
  revenueKept!: number | null;
}

@ObjectType({
  description:
    'The customers who paid for the first time in one month (UTC), whether they stayed to its end or not. The revenue of all cohorts in a month adds up to the `closing` of that month.',
})
export class RevenueCohort {
  @Field(() => DateTime, { description: 'The first instant of that month.' })
  month!: string;

  @Field(() => Int, { description: 'How many belong to it.' })
  customers!: number;

  @Field(() => [RevenueCohortMonth], { description: 'Month by month, from the first to the present one.' })
  months!: RevenueCohortMonth[];
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
