/** What models of the product made of words: how they lean, what says much the same, and how all of it changes over time. */
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { Cost, Needs, periodAsked, type RequestContext } from '../../../platform/graphql';
import { Can, may } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Feedback } from '../feedback.entity';
import { feedbackSeen, type SeenFeedback } from '../seen-feedback';
import type { AnalysisLoaders } from './analysis.loader';
import type { FeedbackTrendService } from './feedback-trend.service';
import { FeedbackTrendInput, FeedbackTrendPoint, Sentiment, TrendInterval } from './sentiment.type';
import { MOST_SIMILAR } from './similar-feedback.repository';

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<TrendInterval, number>> = { DAY: 1, WEEK: 7, MONTH: 28 };
const MOST_STRETCHES = 400;
/** Of one item, however many are found: it looks at up to 10,000 others, some ten milliseconds of the database. */
const LOOK_COST = 50;

export interface AnalysisNeighbours extends SeenFeedback {
  readonly own: AnalysisLoaders;
}

@Resolver(() => Feedback)
export class FeedbackAnalysisResolver {
  constructor(
    private readonly neighbours: AnalysisNeighbours,
    private readonly trends: FeedbackTrendService,
  ) {}

  @FieldResolver(() => Sentiment, {
    nullable: true,
    description:
      'How the words lean, as a model of the product judges it shortly after they were said; null without words, until then, and for words that it cannot read. Whoever may see the words sees it.',
  })
  @Needs('id')
  sentiment(@Root() { id }: Feedback, @Ctx() context: RequestContext): Promise<Sentiment | null> {
    return this.neighbours.own.sentimentOfFeedback(context).load(id);
  }

  @FieldResolver(() => [Feedback], {
    description:
      'Feedback that says much the same, nearest first, among the newest 10,000 that the caller may see; what was taken back or merged is left out. Empty without words, and until they were read.',
  })
  @Cost(({ first }: { first: number }) => LOOK_COST / Math.max(1, first))
  @Needs('id')
  async similar(
    @Root() { id }: Feedback,
    @Arg('first', () => Int, {
      defaultValue: 5,
      description: `How many at most, 1 to ${MOST_SIMILAR}.`,
    })
    first: number,
    @Ctx() context: RequestContext,
  ): Promise<Feedback[]> {
    if (first < 1 || first > MOST_SIMILAR)
      throw invalidInput(['first'], `Ask for 1 to ${MOST_SIMILAR} at a time.`, 'range');
    const ids = await this.neighbours.own.similarToFeedback(context).load(id);
    return feedbackSeen(ids.slice(0, first), this.neighbours, context);
  }

  @Query(() => [FeedbackTrendPoint], {
    nullable: true,
    description:
      'How what is said changes: one point a stretch of the period, oldest first, without gaps. Needs feedback:triage.',
  })
  @Can('feedback:triage')
  feedbackTrend(
    @Arg('input', () => FeedbackTrendInput, { description: 'Which feedback, and how finely.' })
    { period, interval, customerId = null }: FeedbackTrendInput,
  ): Promise<FeedbackTrendPoint[]> {
    const { from, to } = periodAsked(period, ['input', 'period'])!;
    const stretches = (to.getTime() - from.getTime()) / (DAYS[interval] * DAY_MS);
    if (stretches > MOST_STRETCHES) throw tooFine();
    return this.trends.points({ from, to }, interval, customerId ?? null);
  }
}

@Resolver(() => Sentiment)
export class SentimentResolver {
  constructor(private readonly models: Pick<ModelLoaders, 'modelVersionById'>) {}

  @FieldResolver(() => ModelVersion, {
    nullable: true,
    description: 'The version that judged; null without model:read.',
  })
  modelVersion(
    @Root() { modelVersionId }: Sentiment,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    if (!may(context.principal, 'model:read')) return null;
    return this.models.modelVersionById(context).load(modelVersionId);
  }
}

function tooFine() {
  const message = `A trend has at most ${MOST_STRETCHES} stretches. Ask for a shorter period, or for longer stretches.`;
  return invalidInput(['input', 'interval'], message, 'length');
}
