/** What a channel brought, and what each customer by it cost. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MoneyType } from '../../../platform/graphql';
import { Channel } from './channel.entity';

@ObjectType({
  description:
    'What a channel brought in the months of a period (UTC). A customer is of the channel that its sign-up named, else of that of the lead that it was.',
})
export class ChannelReport {
  @Field(() => Channel, {
    nullable: true,
    description: 'The channel; null for customers of none that is known.',
  })
  channel!: Channel | null;

  @Field(() => MoneyType, { description: 'What it cost in these months, in the currency of the view.' })
  cost!: MoneyType;

  @Field(() => Int, { nullable: true, description: 'Visits by it; null where nobody counts them.' })
  visits!: number | null;

  @Field(() => Int, { description: 'Customers who signed up in these months.' })
  signUps!: number;

  @Field(() => Int, {
    description: 'Customers who paid for the first time in these months, in the currency of the view.',
  })
  acquired!: number;

  @Field(() => MoneyType, { description: 'What those paid a month at the end of their first month, in all.' })
  revenue!: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'Customer acquisition cost (CAC): `cost` by `acquired`; null when nobody was acquired, and for customers of no channel.',
  })
  costPerAcquired!: MoneyType | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Months until a customer has paid what it cost: `cost` by `revenue`, before the cost of serving. Null when there is no revenue, and for customers of no channel.',
  })
  paybackMonths!: number | null;
}
