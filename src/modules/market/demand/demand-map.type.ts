/** What is demanded by whom: segments down, topics of feedback across, and the revenue that stands behind. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MoneyType, PeriodType } from '../../../platform/graphql';

@ObjectType({
  description:
    'What was said, by how many, and what they pay. The period before is of the same length and ends where the period begins.',
})
export class DemandFigures {
  @Field(() => Int, {
    description: 'Pieces of feedback in the period. Adds up over segments and over topics.',
  })
  feedback!: number;

  @Field(() => Int, {
    description:
      'Customers who spoke of it. Adds up over segments, not over topics: who speaks of two stands in both, and in a total once.',
  })
  customers!: number;

  @Field(() => MoneyType, {
    description:
      'What these customers pay a month now, in the currency of the view, each once. Adds up as `customers` do.',
  })
  monthlyRevenue!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Mean sentiment of the words, from -1 (ill) to 1 (well); null unless they are of five people for certain.',
  })
  sentiment!: number | null;

  @Field(() => Int, { description: 'Pieces of feedback in the period before.' })
  feedbackBefore!: number;

  @Field(() => Int, { description: 'Customers who spoke of it in the period before.' })
  customersBefore!: number;

  @Field(() => MoneyType, {
    description:
      'What those who spoke of it in the period before pay a month now: beside `monthlyRevenue`, how far the demand spread, whatever became of prices.',
  })
  monthlyRevenueBefore!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Growth of `feedback` against the period before: 0.5 is half as much again; null where there was nothing before.',
  })
  growth!: number | null;
}

@ObjectType({ description: 'A column of the map: one topic, or the others together.' })
export class DemandTopic {
  /** Where its topic is found. */
  readonly topicId!: string | null;

  @Field(() => String, {
    description: 'Its name, or its words; empty for the others together, and where people share no word.',
  })
  label!: string;

  @Field(() => Boolean, { description: 'Whether these are all the topics that have no column of their own.' })
  rest!: boolean;

  @Field(() => DemandFigures, { description: 'Of all segments: the sums of its cells.' })
  total!: DemandFigures;
}

@ObjectType({ description: 'A row of the map: one segment, or the others together.' })
export class DemandSegment {
  @Field(() => String, {
    nullable: true,
    description:
      'The segment of their customers, by the sign-up, else by the lead that it was; null where none is known, and for the others together.',
  })
  segment!: string | null;

  @Field(() => Boolean, {
    description: 'Whether these are all the segments that have no row of their own.',
  })
  rest!: boolean;

  @Field(() => [DemandFigures], { description: 'One for each of `topics`, in their order.' })
  cells!: DemandFigures[];

  @Field(() => DemandFigures, {
    description: 'Of all topics. `feedback` is the sum of the cells; `customers` and revenue are less.',
  })
  total!: DemandFigures;
}

@ObjectType({
  description:
    'Segments × topics of feedback × revenue, the most spoken of first. Only feedback in words that belongs to a topic is in it, and of people who did not restrict the use of their data. Those who speak are volunteers: what few say may matter to many.',
})
export class DemandMap {
  @Field(() => PeriodType, { description: 'The time that it is about.' })
  period!: PeriodType;

  @Field(() => [DemandTopic], { description: 'The columns.' })
  topics!: DemandTopic[];

  @Field(() => [DemandSegment], { description: 'The rows.' })
  segments!: DemandSegment[];

  @Field(() => DemandFigures, { description: 'Of all segments and topics.' })
  total!: DemandFigures;
}
