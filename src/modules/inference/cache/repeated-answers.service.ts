/**
 * Lets a deployment's answers be given again: the same question of the same customer is computed once, and each of those
 * who ask has a record of its own that names the computed one. Answers are kept only after their record is committed.
 */
import { contentHash } from '../../../kernel/hash';
import type { Metrics } from '../../../platform/metrics';
import type { Inference } from '../record/inference.entity';
import { ownWait, type Waiter } from './own-wait';
import { type CachedAnswer, ResponseCache } from './response-cache';

export interface Repetition extends Waiter {
  /** Version, customer and input: equal questions have equal answers. */
  readonly question: object;
}

interface Given {
  readonly inference: Inference;
  readonly lifetimeMs: number;
}

export class RepeatedAnswers {
  private readonly cache: ResponseCache;
  private readonly asked;
  private readonly bytes;

  constructor(metrics: Metrics, now: () => number) {
    this.cache = new ResponseCache(now);
    this.asked = metrics.counter(
      'inference_cache_requests',
      'Predictions of deployments whose answers may be given again, by whether one was.',
      ['result'],
    );
    this.bytes = metrics.gauge('inference_cache_bytes', 'Memory of the answers that may be given again.');
  }

  /** `act` gets the earlier answer, or computes; what it answers is kept for those who ask the same. */
  async answerOnce<T extends Given>(
    repetition: Repetition | undefined,
    act: (earlier: CachedAnswer | undefined) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (!repetition) return act(undefined);
    const taken = await ownWait(repetition, (leaving) =>
      this.cache.take(contentHash(repetition.question), leaving),
    );
    this.asked.inc({ result: 'outputs' in taken ? 'HIT' : 'MISS' });
    if ('outputs' in taken) return act(taken);
    try {
      const given = await act(undefined);
      if (given) {
        const { inference, lifetimeMs } = given;
        taken.landed({ outputs: inference.answer, inferenceId: inference.id }, lifetimeMs);
        this.bytes.set(this.cache.size.bytes);
      }
      return given;
    } finally {
      taken.failed();
    }
  }
}
