/**
 * What the work on a training is told to do. Signals say it at once and may be lost; the record keeps it, and is asked whenever
 * something is written to it: every half second (of a large network less often), and after each epoch.
 */
import type { JobContext } from '../../../platform/jobs';
import type { TrainerSignals } from '../trainer/process/trainer-launch';

/** As the record has it. END: the job has ended for everybody else, e.g. it was cancelled. */
export type Orders = 'GO_ON' | 'PAUSE' | 'END';

export class JobOrders implements TrainerSignals {
  readonly abort: AbortSignal;
  readonly pause: AbortSignal;
  private readonly ending = new AbortController();
  private readonly pausing = new AbortController();

  constructor({ signal, pause }: Pick<JobContext, 'signal' | 'pause'>) {
    this.abort = AbortSignal.any([signal, this.ending.signal]);
    this.pause = AbortSignal.any([pause, this.pausing.signal]);
  }

  heed(orders: Orders): void {
    if (orders === 'END') this.ending.abort();
    if (orders === 'PAUSE') this.pausing.abort();
  }
}
