/** Between those who want a text and the engine: carries out what the queue decides. */
import { deadlinePassed, refused } from '../inference.errors';
import type { Work } from '../scheduler/work';
import { GENERATION_LIMITS, GenerationQueue } from './generation-queue';

export interface GenerationTurn {
  readonly queueMs: number;
  /** To be called when the text has ended, whatever became of it. */
  leave(deviceMs: number): void;
}

interface Waiting extends Work {
  readonly begin: () => void;
}

export interface TurnRequest {
  readonly customerId: string;
  readonly weight: number;
  readonly versionId: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

export class GenerationAdmission {
  private readonly queue: GenerationQueue<Waiting>;

  constructor(limits = GENERATION_LIMITS) {
    this.queue = new GenerationQueue(limits);
  }

  /** @throws AppError DEADLINE_UNREACHABLE, RATE_LIMITED or OVERLOADED; the signal's reason when the client leaves. */
  enter({ customerId, weight, versionId, withinMs, signal }: TurnRequest): Promise<GenerationTurn> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const arrivedAt = performance.now();
      const settled = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
      };
      const giveUp = (error: unknown): void => {
        if (!this.queue.remove(work)) return;
        settled();
        reject(error);
      };
      const leave = (): void => giveUp(signal.reason);
      const timer = setTimeout(() => giveUp(deadlinePassed()), withinMs);
      const work: Waiting = {
        customerId,
        weight,
        lane: versionId,
        rows: 1,
        arrivedAt,
        deadlineAt: arrivedAt + withinMs,
        begin: () => {
          settled();
          resolve({
            queueMs: performance.now() - arrivedAt,
            leave: (deviceMs) => this.leave(work, deviceMs),
          });
        },
      };
      const refusal = this.queue.offer(work, arrivedAt);
      if (refusal) {
        settled();
        return reject(refused(refusal));
      }
      signal.addEventListener('abort', leave, { once: true });
      this.look();
    });
  }

  private leave(work: Waiting, deviceMs: number): void {
    this.queue.finished(work, deviceMs, performance.now());
    this.look();
  }

  private look(): void {
    for (let work = this.queue.next(performance.now()); work; work = this.queue.next(performance.now()))
      work.begin();
  }
}
