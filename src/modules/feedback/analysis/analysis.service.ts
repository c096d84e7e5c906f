/**
 * Reads what people said with the product's own models, after it was said: how it leans, and where it lies among all that was said.
 * Run twice it keeps the same; what it did not get to is found by the next run.
 */
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { AnalysisRepository, Reading, Words } from './analysis.repository';
import { bytesOf, meanDirection, sketchOf } from './embedding';
import { labelOf, meanScore, scoreOf } from './sentiment';
import type { ReadText, TextModelService } from './text-model.service';

/** Names of the deployments that come with the product; what the operator serves under them is asked. */
export const SENTIMENT_DEPLOYMENT = 'sentiment-classifier';
export const EMBEDDING_DEPLOYMENT = 'sentence-embeddings';

const AT_ONCE = 64;

/** Absent: all that was not read yet, or by another version. */
export interface AnalysisOrder {
  readonly ids?: readonly string[];
}

type Keep = (versionId: string, words: readonly Words[], read: readonly ReadText[]) => Promise<void>;

export class AnalysisService {
  readonly job: JobDefinition<AnalysisOrder> = {
    kind: 'feedback.analyse',
    // The device is for those who serve: one at a time.
    queue: () => 'feedback analysis',
    cron: '27 * * * *',
    run: ({ ids }, context) => this.run(ids ?? null, context),
  };

  constructor(
    private readonly words: AnalysisRepository,
    private readonly models: Pick<TextModelService, 'versionOf' | 'on'>,
  ) {}

  private async run(ids: readonly string[] | null, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    await this.read('sentiment', SENTIMENT_DEPLOYMENT, ids, signal, (versionId, words, read) =>
      this.words.keepSentiment(
        versionId,
        words.map((one, at) => ({ ...one, ...judged(read[at]!) })),
      ),
    );
    await this.read('embedding', EMBEDDING_DEPLOYMENT, ids, signal, (versionId, words, read) =>
      this.words.keepEmbedding(
        versionId,
        words.map((one, at) => ({ ...one, ...embedded(read[at]!) })),
      ),
    );
  }

  private async read(
    reading: Reading,
    deployment: string,
    ids: readonly string[] | null,
    signal: AbortSignal,
    keep: Keep,
  ): Promise<void> {
    const versionId = await this.models.versionOf(deployment);
    if (versionId === undefined) return;
    const next = (after: string): Promise<Words[]> =>
      this.words.unread(reading, versionId, { ids, after, limit: AT_ONCE });
    let words = await next('');
    // A model that has nothing to read is not loaded.
    if (words.length === 0) return;
    await this.models.on(versionId, async (model) => {
      while (words.length > 0) {
        const texts = words.map(({ text }) => text);
        await keep(versionId, words, await model.read(texts, signal));
        words = await next(words.at(-1)!.id);
      }
    });
  }
}

function judged({ outputs, lengths }: ReadText) {
  const known = outputs.every(({ probability }) => typeof probability === 'number');
  const scores = known ? outputs.map(({ probability }) => scoreOf(probability as number)) : [];
  const score = meanScore(scores, known ? lengths : []);
  return { score, label: score === null ? null : labelOf(score) };
}

function embedded({ outputs, lengths }: ReadText) {
  const vectors = outputs.map(({ embedding }) => embedding);
  const direction = vectors.every(Array.isArray) ? meanDirection(vectors as number[][], lengths) : null;
  return { embedding: direction && bytesOf(direction), sketch: direction && sketchOf(direction) };
}
