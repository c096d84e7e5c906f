/** Why batches were released, how full they were, how long each request waited, and who was refused. */
import type { Metrics } from '../../../platform/metrics';
import type { Batch, Work } from '../scheduler/work';

const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class InferenceMetrics {
  readonly refused;
  readonly waiting;
  readonly unattributed;
  readonly lost;
  readonly fallbacks;
  private readonly releases;
  private readonly batchRows;
  private readonly wait;

  constructor(metrics: Metrics) {
    this.refused = metrics.counter(
      'inference_refusals',
      'Predictions refused before they reached the device.',
      ['reason'],
    );
    this.unattributed = metrics.counter(
      'inference_unattributed_device_milliseconds',
      'Device time that was measured and is billed to nobody: warming, clients that left, repeated keys, performance tests, answers that could not be recorded. With what is billed it is the bill of the device.',
      ['reason'],
    );
    this.lost = metrics.counter(
      'inference_lost_device_milliseconds',
      'At most so long batches held the device that failed or were cancelled: the engine measured nothing, and nobody is billed.',
      ['reason'],
    );
    this.fallbacks = metrics.counter(
      'inference_fallbacks',
      'Steps of a chain of deployments that another one stood in for.',
      ['reason'],
    );
    this.releases = metrics.counter('inference_batches', 'Batches sent to the engine.', ['reason']);
    this.batchRows = metrics.histogram('inference_batch_rows', 'Rows in a batch.', ROWS);
    this.wait = metrics.histogram(
      'inference_queue_seconds',
      'How long a prediction waited for the device.',
      SECONDS,
    );
    this.waiting = metrics.gauge('inference_waiting_rows', 'Rows that wait for the device.');
  }

  released({ reason, rows, works, releasedAt }: Batch<Work>): void {
    this.releases.inc({ reason });
    this.batchRows.observe(rows);
    for (const { arrivedAt, givesWay } of works)
      if (!givesWay) this.wait.observe((releasedAt - arrivedAt) / 1000);
  }
}
