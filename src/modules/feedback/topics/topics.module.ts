/** Builds what finds topics and shows them. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import { may } from '../../identity';
import type { PrivacyModule } from '../../privacy';
import type { TextModelService } from '../analysis/text-model.service';
import type { MonthlyRevenue } from '../triage/monthly-revenue.service';
import { FeedbackTopic } from './feedback-topic.entity';
import { TopicFindingService } from './topic-finding.service';
import { FeedbackTopicsService } from './topic-figures.service';
import { createTopicLoaders } from './topic.loader';
import { TopicNamingService } from './topic-naming.service';
import { TopicRepository } from './topic.repository';
import { FeedbackTopicResolver, TopicOfFeedbackResolver, type TopicNeighbours } from './topic.resolver';

export const topicEntities = [FeedbackTopic];

export interface TopicDoors extends Omit<TopicNeighbours, 'own'> {
  readonly privacy: Pick<PrivacyModule, 'masking'>;
  readonly models: Pick<TextModelService, 'versionOf'>;
  readonly revenue: Pick<MonthlyRevenue, 'of'>;
}

type Parts = Required<Pick<ModuleManifest, 'resolvers' | 'nodes' | 'jobs'>> & {
  readonly topics: FeedbackTopicsService;
};

export function createTopics(
  { database, events, clock }: Platform,
  { privacy, models, revenue, feedback, pages }: TopicDoors,
): Parts {
  const topics = new FeedbackTopicsService(database, revenue);
  const finding = new TopicFindingService(new TopicRepository(database, clock), models, privacy.masking);
  const own = createTopicLoaders(database, topics);
  const neighbours = { own, feedback, pages };
  return {
    topics,
    resolvers: [
      new FeedbackTopicResolver(database, clock, new TopicNamingService(database, events), neighbours),
      new TopicOfFeedbackResolver(own),
    ],
    nodes: [
      {
        prefix: 'ftp',
        allows: ({ principal }) => may(principal, 'feedback:triage'),
        load: async (ids, context) =>
          (await own.topicById(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
      },
    ],
    jobs: [finding.job as JobDefinition<never>],
  };
}
