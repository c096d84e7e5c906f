/** How people would miss the product, for staff. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PeriodType } from '../../../platform/graphql';
import { FitStanding } from './product-market-fit';

registerEnumType(FitStanding, {
  name: 'ProductMarketFitStanding',
  description: 'Where a share stands against the benchmark.',
  valuesConfig: {
    ABOVE: { description: 'All of its interval is above.' },
    BELOW: { description: 'All of its interval is below.' },
    UNDECIDED: { description: 'Too few answers to tell, or none.' },
  },
});

@ObjectType({
  description:
    'What people answered. Each counts once, by their last answer of the period; what was taken back does not count.',
})
export class ProductMarketFitFigures {
  @Field(() => Int, { description: 'People who answered.' })
  answers!: number;

  @Field(() => Int, { description: 'Who would be very disappointed.' })
  veryDisappointed!: number;

  @Field(() => Int, { description: 'Who would be somewhat disappointed.' })
  somewhatDisappointed!: number;

  @Field(() => Int, { description: 'Who would not be disappointed.' })
  notDisappointed!: number;

  @Field(() => Float, {
    nullable: true,
    description: '`veryDisappointed` by `answers`, 0–1; null of nobody.',
  })
  share!: number | null;

  @Field(() => [Float], { nullable: true, description: 'Its 95 % interval (Wilson); null of nobody.' })
  interval!: number[] | null;

  @Field(() => FitStanding, { description: 'Where the share stands against the benchmark, by its interval.' })
  standing!: FitStanding;

  @Field(() => Int, { description: 'How often somebody was asked in the period (`surveyAsk`).' })
  asked!: number;

  @Field(() => Int, { description: 'How often who was asked then answered.' })
  responded!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      '`responded` by `asked`, 0–1; null when nobody was asked. Those who answer are not those who do not: of few of them, the share says little.',
  })
  responseRate!: number | null;
}

@ObjectType({ description: 'What the people of some customers answered.' })
export class ProductMarketFitGroup {
  @Field(() => String, {
    nullable: true,
    description:
      'The segment, by the sign-up, else by the lead that the customer was; or the code of the plan now. null for customers of none.',
  })
  group!: string | null;

  @Field(() => ProductMarketFitFigures, { description: 'Their answers.' })
  figures!: ProductMarketFitFigures;
}

@ObjectType({
  description:
    'The survey of product–market fit (Sean Ellis): how people would feel if they could no longer use the product. Feedback of the kind PMF, of people who did not restrict the use of their data.',
})
export class ProductMarketFit {
  @Field(() => PeriodType, { description: 'When it was asked and answered.' })
  period!: PeriodType;

  @Field(() => String, { description: 'The question.' })
  question!: string;

  @Field(() => Float, {
    description:
      'The share of “very disappointed” that is taken for a sign of fit: 0.4, a convention of start-ups and no law.',
  })
  benchmark!: number;

  @Field(() => ProductMarketFitFigures, { description: 'Of all customers.' })
  total!: ProductMarketFitFigures;

  @Field(() => [ProductMarketFitGroup], {
    description:
      'By market segment, most answers first, a hundred at most. Adds up to the total where these are all.',
  })
  bySegment!: ProductMarketFitGroup[];

  @Field(() => [ProductMarketFitGroup], {
    description: 'By the plan that customers are on now, most answers first, a hundred at most.',
  })
  byPlan!: ProductMarketFitGroup[];
}
