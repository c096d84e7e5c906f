/** Topics as staff see them: what people speak of, how much and how, with examples, and by the name that a person gave. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  Needs,
  PageArgs,
  periodAsked,
  PeriodInput,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, may } from '../../identity';
import { Feedback } from '../feedback.entity';
import { reviewer } from '../feedback-act.resolver';
import { feedbackSeen, type SeenFeedback } from '../seen-feedback';
import { FeedbackTopic, FeedbackTopicConnection } from './feedback-topic.entity';
import { MOST_EXAMPLES, type TopicLoaders } from './topic.loader';
import type { TopicNamingService } from './topic-naming.service';
import { FeedbackTopicFigures, FeedbackTopicPayload, FeedbackTopicRenameInput } from './topic.type';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

export interface TopicNeighbours extends SeenFeedback {
  readonly own: TopicLoaders;
}

@Resolver(() => FeedbackTopic)
export class FeedbackTopicResolver {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly clock: Clock,
    private readonly naming: TopicNamingService,
    private readonly neighbours: TopicNeighbours,
  ) {}

  @Query(() => FeedbackTopicConnection, {
    nullable: true,
    description: 'What people speak of, the most spoken of first; at most 100 topics. Needs feedback:triage.',
  })
  @Can('feedback:triage')
  async feedbackTopics(
    @Args(() => PageArgs) page: PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackTopicConnection> {
    const found = await this.database.read.page(FeedbackTopic, {
      ...page,
      scope: SERVICE,
      orderBy: { property: 'size', direction: 'DESC' },
      selection: selectionOf(info),
      count: wantsTotalCount(info),
    });
    return toConnection(found);
  }

  @Mutation(() => FeedbackTopicPayload, {
    nullable: true,
    description:
      'A reviewer names a topic, or lets its words name it again. Needs feedback:triage. Event: feedback-topic.renamed. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackTopicRename(
    @Arg('input', () => FeedbackTopicRenameInput, { description: 'Which topic, and its name.' })
    input: FeedbackTopicRenameInput,
    @Ctx() context: RequestContext,
  ): Promise<FeedbackTopicPayload> {
    return { topic: await this.naming.rename(input, reviewer(context)), errors: [] };
  }

  @FieldResolver(() => String, {
    description: 'What to call it: its name, or its words; empty where people share no word.',
  })
  @Needs('name', 'words')
  label(@Root() { name, words }: FeedbackTopic): string {
    return name ?? words.join(', ');
  }

  @FieldResolver(() => FeedbackTopicFigures, {
    description: 'In figures of one period; the last 30 days unless asked otherwise.',
  })
  @Needs('id')
  figures(
    @Root() { id: topicId }: FeedbackTopic,
    @Arg('period', () => PeriodInput, { nullable: true, description: 'Said in this period.' })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<FeedbackTopicFigures> {
    const asked = periodAsked(period);
    // By the hour, so that all topics of a request mean the same thirty days.
    const now = Math.ceil(this.clock.millis() / 3_600_000) * 3_600_000;
    const to = asked?.to.getTime() ?? now;
    const from = asked?.from.getTime() ?? to - USUAL_DAYS * DAY_MS;
    return this.neighbours.own.figuresOfTopic(context).load({ topicId, from, to });
  }

  @FieldResolver(() => [Feedback], { description: 'The newest that belong to it, newest first.' })
  @Needs('id')
  async newest(
    @Root() { id }: FeedbackTopic,
    @Arg('first', () => Int, { defaultValue: 5, description: `How many at most, 1 to ${MOST_EXAMPLES}.` })
    first: number,
    @Ctx() context: RequestContext,
  ): Promise<Feedback[]> {
    if (first < 1 || first > MOST_EXAMPLES)
      throw invalidInput(['first'], `Ask for 1 to ${MOST_EXAMPLES} at a time.`, 'range');
    const ids = await this.neighbours.own.newestOfTopic(context).load(id);
    return feedbackSeen(ids.slice(0, first), this.neighbours, context);
  }
}

@Resolver(() => Feedback)
export class TopicOfFeedbackResolver {
  constructor(private readonly loaders: TopicLoaders) {}

  @FieldResolver(() => FeedbackTopic, {
    nullable: true,
    description:
      'The topic that it belongs to; null when it stands alone, until it was looked at, and without feedback:triage: a topic shows words of other customers.',
  })
  @Needs('id')
  async topic(@Root() { id }: Feedback, @Ctx() context: RequestContext): Promise<FeedbackTopic | null> {
    if (!may(context.principal, 'feedback:triage')) return null;
    const topicId = await this.loaders.topicIdOfFeedback(context).load(id);
    return topicId === null ? null : this.loaders.topicById(context).load(topicId);
  }
}
