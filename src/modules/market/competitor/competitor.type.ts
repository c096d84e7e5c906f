/** Who speaks of competitors, and who is lost to them. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MoneyType, MutationPayload } from '../../../platform/graphql';
import { Competitor } from './competitor.entity';

@ObjectType({ description: 'The competitor as it stands now; as it was, when it was removed.' })
export class CompetitorPayload extends MutationPayload {
  @Field(() => Competitor, { nullable: true, description: 'The competitor; null when there are errors.' })
  competitor?: Competitor | null;
}

@ObjectType({
  description:
    'How much was said that names a competitor. The period before is of the same length and ends where the period begins.',
})
export class MentionFigures {
  @Field(() => Int, { description: 'Pieces of feedback. Who names two competitors is counted with both.' })
  feedback!: number;

  @Field(() => Int, { description: 'Customers whose people said so.' })
  customers!: number;

  @Field(() => MoneyType, {
    description: 'What these customers pay a month now, in the currency of the view, each once.',
  })
  monthlyRevenue!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Mean sentiment of the words, from -1 (ill) to 1 (well), of whatever they are about; null unless they are of five people.',
  })
  sentiment!: number | null;

  @Field(() => Int, { description: 'Pieces of feedback in the period before.' })
  feedbackBefore!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Growth of `feedback`: 0.5 is half as much again; null where there was nothing before.',
  })
  growth!: number | null;
}

@ObjectType({ description: 'Who of one market segment names a competitor.' })
export class SegmentMentions {
  @Field(() => String, {
    nullable: true,
    description:
      'The segment of their customers, by the sign-up, else by the lead that it was; null where none is known.',
  })
  segment!: string | null;

  @Field(() => MentionFigures, {
    description: 'What was said. Adds up over segments, but for the sentiment.',
  })
  figures!: MentionFigures;
}

@ObjectType({ description: 'Who names a competitor.' })
export class CompetitorDemand {
  @Field(() => Competitor, { description: 'The competitor.' })
  competitor!: Competitor;

  @Field(() => MentionFigures, { description: 'Of all segments.' })
  total!: MentionFigures;

  @Field(() => [SegmentMentions], { description: 'By market segment, most spoken of first.' })
  segments!: SegmentMentions[];
}

@ObjectType({ description: 'Who was lost to a competitor.' })
export class CompetitorLoss {
  @Field(() => Competitor, { description: 'The competitor.' })
  competitor!: Competitor;

  @Field(() => Int, { description: 'Leads that went there, as staff said (`leadLose`).' })
  leads!: number;

  @Field(() => Int, {
    description:
      'Customers who left for a competitor, as they said, and whose people had named this one in the half year before. Who named two is counted with both.',
  })
  customers!: number;

  @Field(() => MoneyType, { description: 'What those had paid a month.' })
  revenue!: MoneyType;
}
