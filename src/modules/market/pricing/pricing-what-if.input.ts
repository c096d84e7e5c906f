/** What staff ask of other prices: which plans would be different, and how demand is assumed to answer. */
import { ArrayMaxSize, IsInt, IsOptional, Length, Min, ValidateNested } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { BigIntScalar, Decimal, PeriodInput } from '../../../platform/graphql';
import { OveragePolicy, UnitPriceInput } from '../../billing';

const MOST_PLANS = 10;
const MOST_PRICES = 40;

@InputType({
  description:
    'What is to be different about a plan, for all who are on it, whatever version they bought. What is absent stays as each version has it.',
})
export class PlanPriceChangeInput {
  @Field(() => String, { description: 'Code of the plan, for example PRO.' })
  @Length(1, 31)
  plan!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Minor units each interval and seat. Not of plans that have no price: nobody paid one.',
  })
  priceMinor?: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Requests in a billing period; null = without limit. Beyond a limit that refuses, usage is not charged and counted as refused; what was refused then is in no usage and cannot come back.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  requests?: number | null;

  @Field(() => OveragePolicy, { nullable: true, description: 'What happens at that limit.' })
  overage?: OveragePolicy | null;

  @Field(() => [UnitPriceInput], {
    nullable: true,
    description: `Prices of usage, at most ${MOST_PRICES}: each in place of the one for the same unit and model, or beside the others.`,
  })
  @IsOptional()
  @ArrayMaxSize(MOST_PRICES)
  @ValidateNested({ each: true })
  prices?: UnitPriceInput[] | null;
}

@InputType({ description: 'Other prices, of usage that really was.' })
export class PricingWhatIfInput {
  @Field(() => PeriodInput, {
    nullable: true,
    description:
      'The months (UTC) that it touches, at most 13. Absent = the last three, the present one included.',
  })
  period?: PeriodInput | null;

  @Field(() => [PlanPriceChangeInput], {
    description: `What is different, at most ${MOST_PLANS} plans. An empty list shows what was charged.`,
  })
  @ArrayMaxSize(MOST_PLANS)
  @ValidateNested({ each: true })
  changes!: PlanPriceChangeInput[];

  @Field(() => Decimal, {
    defaultValue: '0',
    description:
      'How demand is assumed to answer, −10 to 0: each customer’s demand is multiplied by (its bill at unchanged demand ÷ its bill as it was) to the power of this. 0 = not at all. An assumption, and nothing that was measured.',
  })
  elasticity!: string;
}
