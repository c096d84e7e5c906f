/**
 * Reads what people said with the product's own models, after it was said: how it leans, and where it lies among all that was said.
 * Run twice it keeps the same; what it did not get to is found by the next run.
 */
import { AppError } from '../../../kernel/errors';
import { eachApart, type JobContext, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
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

type Keep = (versionId: string, read: readonly (readonly [Words, ReadText])[]) => Promise<void>;

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
    private readonly log: Log,
  ) {}

  private run(ids: readonly string[] | null, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const readings: readonly [Reading, string, Keep][] = [
      [
        'sentiment',
        SENTIMENT_DEPLOYMENT,
        (versionId, read) =>
          this.words.keepSentiment(
            versionId,
            read.map(([one, text]) => ({ ...one, ...judged(text) })),
          ),
      ],
      [
        'embedding',
        EMBEDDING_DEPLOYMENT,
        (versionId, read) =>
          this.words.keepEmbedding(
            versionId,
            read.map(([one, text]) => ({ ...one, ...embedded(text) })),
          ),
      ],
    ];
    const failure = 'not all words of feedback could be read';
    const of = ([reading]: (typeof readings)[number]) => ({ reading });
    return eachApart(readings, { log: this.log, failure, of, signal }, ([reading, deployment, keep]) =>
      this.read(reading, deployment, ids, signal, keep),
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
    const first = await next('');
    // A model that has nothing to read is not loaded.
    if (first.length === 0) return;
    let read: [Words, ReadText][] = [];
    const all = async function* (): AsyncGenerator<Words> {
      for (let words = first; words.length > 0; words = await next(words.at(-1)!.id)) {
        yield* words;
        await keep(versionId, read);
        read = [];
      }
    };
    const failure = 'words of feedback could not be read';
    const of = ({ customerId, id }: Words) => ({ reading, customerId, feedbackId: id });
    await this.models.on(versionId, (model) =>
      eachApart(all(), { log: this.log, failure, of, signal, isAway: isOfAllTexts }, async (one) => {
        read.push([one, await model.read(one.text, signal)]);
      }),
    );
  }
}

/** An engine that is at fault with one text answers the next; what else it says concerns all of them. */
function isOfAllTexts(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'ENGINE_FAULT';
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
