/** The map of demand within the view of the market, and the topics that its columns are of. */
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { defineLoader, NodeFinder, PeriodInput, type RequestContext } from '../../../platform/graphql';
import type { NodeSource } from '../../../platform/module';
import { FeedbackTopic } from '../../feedback';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import { DemandMap, DemandTopic } from './demand-map.type';
import { DEMAND_LIMITS, type DemandMapService } from './demand-map.service';

@Resolver(() => Market)
export class DemandMapResolver {
  constructor(
    private readonly maps: DemandMapService,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => DemandMap, {
    description: `What is demanded by whom, and what they pay: at most ${DEMAND_LIMITS.segments} segments and ${DEMAND_LIMITS.topics} topics, those with the most feedback; the others are added up. Figures alone, never anybody’s words.`,
  })
  demandMap(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description:
        'Said in this time. Absent = the last 90 days: topics are found in what was said in 180, which leaves as much before.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<DemandMap> {
    return this.maps.map(currency, this.periods.recent(period));
  }
}

@Resolver(() => DemandTopic)
export class DemandTopicResolver {
  private readonly topicById;

  constructor(nodes: readonly NodeSource[]) {
    const finder = new NodeFinder(nodes);
    this.topicById = defineLoader<string, FeedbackTopic | null>(async (ids, context) => {
      const found = await finder.find(ids, context);
      return ids.map((id) => (found.get(id) as FeedbackTopic | undefined) ?? null);
    });
  }

  @FieldResolver(() => FeedbackTopic, {
    nullable: true,
    description: 'The topic; null for the others together, and when it is gone.',
  })
  topic(
    @Root() { topicId }: DemandTopic,
    @Ctx() context: RequestContext,
  ): Promise<FeedbackTopic | null> | null {
    return topicId === null ? null : this.topicById(context).load(topicId);
  }
}
