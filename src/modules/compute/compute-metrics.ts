/** The engine's figures at /metrics. */
import type { Metrics } from '../../platform/metrics';

const MILLISECONDS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 500, 2_500];
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export class ComputeMetrics {
  readonly up;
  readonly restarts;
  readonly retries;
  readonly deviceMs;
  readonly batchRows;

  constructor(metrics: Metrics) {
    this.up = metrics.gauge('engine_up', 'Whether the inference engine was started.');
    this.restarts = metrics.counter(
      'engine_restarts_total',
      'How often the engine process had to be restarted.',
    );
    this.retries = metrics.counter(
      'engine_retries_total',
      'Requests sent a second time because the engine process died.',
    );
    this.deviceMs = metrics.histogram(
      'engine_device_milliseconds',
      'Time on the device for one batch.',
      MILLISECONDS,
    );
    this.batchRows = metrics.histogram('engine_batch_rows', 'Rows in one batch.', ROWS);
  }
}
