/** Finds every hour what people speak of, and gives each topic its words. Between two steps everybody else is served. */
import { setImmediate as others } from 'node:timers/promises';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { MaskingService } from '../../privacy';
import { EMBEDDING_DEPLOYMENT } from '../analysis/analysis.service';
import { vectorOf } from '../analysis/embedding';
import type { TextModelService } from '../analysis/text-model.service';
import { characteristicWords, type TopicText } from './characteristic-words';
import { type ClusterSettings, type TopicCluster, topicClusters } from './topic-clusters';
import type { SaidPoint, TopicRepository } from './topic.repository';

/** Cosines of the shipped model, of which related sentences have 0.5 to 0.65 and others less than 0.1. */
export const TOPIC_SETTINGS: ClusterSettings = {
  join: 0.55,
  near: 0.42,
  same: 0.85,
  leastPeople: 5,
  mostTopics: 100,
  mostLoose: 2000,
};
const MOST_WORDS = 5;
/** Texts between two steps. */
const SLICE = 100;

export class TopicFindingService {
  readonly job: JobDefinition = {
    kind: 'feedback.find-topics',
    queue: () => 'feedback analysis',
    cron: '47 * * * *',
    run: (_payload, context) => this.run(context),
  };

  constructor(
    private readonly topics: Pick<TopicRepository, 'isLeftBehind' | 'points' | 'keep'>,
    private readonly models: Pick<TextModelService, 'versionOf'>,
    private readonly masking: Pick<MaskingService, 'mask'>,
  ) {}

  private async run({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const versionId = await this.models.versionOf(EMBEDDING_DEPLOYMENT);
    if (versionId === undefined) return;
    // Of the few that a new version has read by now there are no topics, and what people called them would go with them.
    if (await this.topics.isLeftBehind(versionId)) return;
    const said = await this.topics.points(versionId);
    const clusters = await clustersOf(said, signal);
    const words = characteristicWords(await this.masked(said, clusters, signal), MOST_WORDS);
    const found = clusters.map(({ topicId, members }, at) => ({
      topicId,
      words: words[at]!,
      feedbackIds: members.map((member) => said[member]!.id),
    }));
    signal.throwIfAborted();
    await this.topics.keep(
      found,
      said.map(({ id }) => id),
    );
  }

  private async masked(
    said: readonly SaidPoint[],
    clusters: readonly TopicCluster[],
    signal: AbortSignal,
  ): Promise<TopicText[][]> {
    const topics: TopicText[][] = [];
    let read = 0;
    for (const { members } of clusters) {
      const texts: TopicText[] = [];
      for (const member of members) {
        if (++read % SLICE === 0) await turn(signal);
        const { customerId, person, text } = said[member]!;
        texts.push({ person, text: (this.masking.mask(customerId, text) as string | undefined) ?? '' });
      }
      topics.push(texts);
    }
    return topics;
  }
}

async function clustersOf(said: readonly SaidPoint[], signal: AbortSignal): Promise<TopicCluster[]> {
  const points = said.map(({ person, embedding, topicId }) => ({
    person,
    vector: vectorOf(embedding),
    topicId,
  }));
  const steps = topicClusters(points, TOPIC_SETTINGS);
  let step = steps.next();
  while (!step.done) {
    await turn(signal);
    step = steps.next();
  }
  return step.value;
}

async function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await others();
}
