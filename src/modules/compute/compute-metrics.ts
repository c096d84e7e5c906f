/** The engine's figures at /metrics. */
import type { Metrics } from '../../platform/metrics';

const MILLISECONDS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 500, 2_500];
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export class ComputeMetrics {
  readonly up;
  readonly restarts;
  readonly evictions;
  readonly loadsRefused;
  readonly faults;
  readonly residentBytes;
  readonly retries;
  readonly deviceMs;
  readonly batchRows;

  constructor(metrics: Metrics) {
    this.up = metrics.gauge('engine_up', 'Whether the inference engine was started.');
    this.restarts = metrics.counter(
      'engine_restarts_total',
      'Engine processes that were started in the place of another, by why.',
      ['reason'],
    );
    this.evictions = metrics.counter(
      'engine_evictions_total',
      'Versions that left an engine process because another one needed the memory.',
    );
    this.loadsRefused = metrics.counter('engine_loads_refused_total', 'Versions that could not be loaded.');
    this.faults = metrics.counter(
      'engine_faults_total',
      'Batches that were answered with what is no answer.',
    );
    this.residentBytes = metrics.gauge('engine_resident_bytes', 'Memory of the engine process.', ['pid']);
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
