/** What models of our own make of words, as the API shows it: of one feedback, and of all over time. */
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, PeriodInput } from '../../../platform/graphql';
import { SentimentLabel } from './sentiment';

@ObjectType({
  description:
    'What a model of the product made of a person’s words. It orders many texts; of four single ones it is wrong about one. English.',
})
export class Sentiment {
  @Field(() => SentimentLabel, { description: 'Which way the words lean.' })
  label!: SentimentLabel;

  @Field(() => Float, { description: 'From -1 (ill) to 1 (well).' })
  score!: number;

  modelVersionId!: string;
}

export enum TrendInterval {
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(TrendInterval, {
  name: 'TrendInterval',
  description: 'How long each stretch of a trend is, in UTC.',
  valuesConfig: {
    DAY: { description: 'A day.' },
    WEEK: { description: 'A week from Monday.' },
    MONTH: { description: 'A calendar month.' },
  },
});

@InputType({ description: 'Which feedback, and how finely.' })
export class FeedbackTrendInput {
  @Field(() => PeriodInput, { description: 'Said in this period: at most 400 stretches.' })
  period!: PeriodInput;

  @Field(() => TrendInterval, { defaultValue: TrendInterval.WEEK, description: 'The length of a stretch.' })
  interval!: TrendInterval;

  @Field(() => ID, { nullable: true, description: 'Of this customer alone.' })
  customerId?: string | null;
}

@ObjectType({
  description:
    'Net Promoter Score: promoters (9, 10) less detractors (0–6), in per cent of those who answered. They are volunteers: read it beside how many they are.',
})
export class NetPromoterScore {
  @Field(() => Int, { description: 'How many answered.' })
  n!: number;

  @Field(() => Float, { description: 'From -100 to 100.' })
  value!: number;

  @Field(() => [Float], {
    nullable: true,
    description: 'Its 95 % interval (adjusted Wald); null where fewer than two answered.',
  })
  interval!: number[] | null;
}

@ObjectType({ description: 'What was said in one stretch of time.' })
export class FeedbackTrendPoint {
  @Field(() => DateTime, { description: 'Its first instant.' })
  from!: Date | string;

  @Field(() => Int, { description: 'How much was said and not taken back.' })
  submitted!: number;

  @Field(() => Int, { description: 'Of this, how much was in words that speak ill.' })
  negative!: number;

  @Field(() => Int, { description: 'In words that lean no way.' })
  neutral!: number;

  @Field(() => Int, { description: 'In words that speak well.' })
  positive!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The mean of the scores of the words, from -1 (ill) to 1 (well); null without words.',
  })
  meanSentiment!: number | null;

  @Field(() => NetPromoterScore, { nullable: true, description: 'Null where nobody was asked or answered.' })
  nps!: NetPromoterScore | null;
}
