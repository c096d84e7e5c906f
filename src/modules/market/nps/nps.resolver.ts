/** The net promoter score by market segment, in one statement. Source: F. Reichheld, "The One Number You Need to Grow", HBR 2003. */
import { Arg, Field, FieldResolver, Float, Int, ObjectType, Resolver } from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import { PeriodInput } from '../../../platform/graphql';
import { KNOWN_ORIGIN_SQL } from '../funnel/known-origin';
import { PERSON_COUNTS_SQL } from '../../identity';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';

@ObjectType({ description: 'How likely the people of one market segment are to recommend the product.' })
class SegmentNps {
  @Field(() => String, {
    nullable: true,
    description:
      'The segment of their customers, by the sign-up, else by the lead that it was; null where none is known.',
  })
  segment!: string | null;

  @Field(() => Int, { description: 'Answers; what was taken back does not count.' })
  answers!: number;

  @Field(() => Int, { description: 'Promoters: 9 or 10 of 10.' })
  promoters!: number;

  @Field(() => Int, { description: 'Detractors: 6 or less.' })
  detractors!: number;

  @Field(() => Float, { description: '100 × (`promoters` − `detractors`) by `answers`: −100 to 100.' })
  score!: number;
}

const NPS = `select segment, count(*)::int as answers, count(*) filter (where score >= 9)::int as promoters,
    count(*) filter (where score <= 6)::int as detractors
  from nps_answers left join (${KNOWN_ORIGIN_SQL}) as origin using (customer_id)
  where at >= $1 and at < $2 and ${PERSON_COUNTS_SQL('nps_answers.customer_id', 'nps_answers.end_user_id')}
  group by segment order by answers desc, segment nulls last limit 100`;

@Resolver(() => Market)
export class NpsResolver {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => [SegmentNps], {
    description:
      'Net promoter score by market segment, of feedback of the kind NPS; the hundred segments with most answers first.',
  })
  async nps(
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'When it was said. Absent = the last twelve months, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<SegmentNps[]> {
    const { from, to } = this.periods.asked(period);
    const rows = await this.database.read.sql<Omit<SegmentNps, 'score'>>(SERVICE, 'market.nps', NPS, [
      from,
      to,
    ]);
    return rows.map(({ segment, answers, promoters, detractors }) => ({
      segment,
      answers,
      promoters,
      detractors,
      score: (100 * (promoters - detractors)) / answers,
    }));
  }
}
