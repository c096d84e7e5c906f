/** Where customers are won and lost, and why. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MoneyType } from '../../../platform/graphql';
import { LossReason } from '../../billing';

@ObjectType({ description: 'How many were lost for one reason.' })
export class LossLine {
  @Field(() => LossReason, { nullable: true, description: 'The reason; null when nobody said.' })
  reason!: LossReason | null;

  @Field(() => Int, { description: 'Leads that were lost for it.' })
  leads!: number;

  @Field(() => Int, { description: 'Customers who stopped paying for it.' })
  customers!: number;

  @Field(() => MoneyType, { description: 'What those had paid a month.' })
  revenue!: MoneyType;
}

@ObjectType({
  description:
    'Where leads and customers were won and lost in the months of a period (UTC). A customer is lost when it churned (`movements`), for the reason that it gave when it last asked to end its plan.',
})
export class LossReport {
  /** Of what it tells, for those who tell more of it. */
  readonly currency!: string;
  readonly months!: readonly string[];

  @Field(() => Int, { description: 'Leads that were won.' })
  leadsWon!: number;

  @Field(() => Int, { description: 'Leads that were lost.' })
  leadsLost!: number;

  @Field(() => Float, {
    nullable: true,
    description: '`leadsWon` by those that were won or lost, 0–1; null when none was.',
  })
  winRate!: number | null;

  @Field(() => [LossLine], { description: 'By reason, by its name; last those of whom nobody said.' })
  reasons!: LossLine[];

  @Field(() => Int, {
    description: 'Customers who stopped paying because a payment failed for good; in no reason.',
  })
  unpaidCustomers!: number;

  @Field(() => MoneyType, { description: 'What those had paid a month.' })
  unpaidRevenue!: MoneyType;
}
