/**
 * Between those who want a text and whoever writes it: carries out what the queues decide. The engine of the house has one;
 * each version outside it has its own, so that a slow server keeps nobody waiting for another, nor for the house.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { refused } from '../inference.errors';
import type { Work } from '../scheduler/work';
import type { GenerationPort } from './generation-port';
import { GenerationQueue, limitsOf } from './generation-queue';

const HOUSE = 'house';

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
  readonly port: Pick<GenerationPort, 'leavesHouse' | 'concurrency'>;
  readonly withinMs: number;
  readonly signal: CancelSignal;
}

export class GenerationAdmission {
  /** Those in which somebody stands, by version outside the house. */
  private readonly queues = new Map<string, GenerationQueue<Waiting>>();

  /** @throws AppError DEADLINE_UNREACHABLE, RATE_LIMITED or OVERLOADED; the signal's reason when the client leaves, or its time is up. */
  enter({ customerId, weight, versionId, port, withinMs, signal }: TurnRequest): Promise<GenerationTurn> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const arrivedAt = performance.now();
      const name = port.leavesHouse ? versionId : HOUSE;
      const queue = this.queueOf(name, port.concurrency);
      let begun = false;
      let stopWaiting = (): void => undefined;
      const work: Waiting = {
        customerId,
        weight,
        lane: versionId,
        rows: 1,
        arrivedAt,
        deadlineAt: arrivedAt + withinMs,
        begin: () => {
          begun = true;
          stopWaiting();
          resolve({
            queueMs: performance.now() - arrivedAt,
            leave: (deviceMs) => {
              queue.finished(work, deviceMs, performance.now());
              look(queue);
              // What the house has learned of its engine stays.
              if (queue.isIdle && port.leavesHouse) this.queues.delete(name);
            },
          });
        },
      };
      const refusal = queue.offer(work, arrivedAt);
      if (refusal) return reject(refused(refusal));
      look(queue);
      if (begun) return;
      const leave = (): void => {
        if (queue.remove(work)) reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      stopWaiting = () => signal.removeEventListener('abort', leave);
    });
  }

  private queueOf(name: string, slots: number): GenerationQueue<Waiting> {
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = new GenerationQueue(limitsOf(slots))));
    return queue;
  }
}

function look(queue: GenerationQueue<Waiting>): void {
  for (let work = queue.next(performance.now()); work; work = queue.next(performance.now())) work.begin();
}
