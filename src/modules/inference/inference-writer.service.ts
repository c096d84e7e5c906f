/**
 * The one writer: whatever is finished at this moment is written in one transaction (record, usage and settlement,
 * exposures, event), by statements of many rows; what finishes meanwhile goes with the next one. The answer waits for its
 * commit, so a crash before it means no answer and no bill.
 */
import type { Principal } from '../../kernel/principal';
import { type Database, SERVICE } from '../../platform/database';
import { type Events, requestScope } from '../../platform/events';
import type { MeteringService } from '../billing';
import type { ExposureSink } from './assignment-source';
import { INFERENCE_COMPLETED } from './inference.events';
import type { InferenceRepository } from './inference.repository';
import { type InferenceRecord, settlementOf, type StoredFacts } from './inference-record';

const LARGEST_COMMIT = 500;
const WRITER: Principal = { kind: 'SYSTEM', name: 'inference' };

/** Stored, or not: its key belongs to an earlier prediction. */
export type WriteResult = StoredFacts | 'KEY_TAKEN';

interface Waiting {
  readonly record: InferenceRecord;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

export class InferenceWriter {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private exposures: ExposureSink | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly metering: MeteringService,
    private readonly repository: InferenceRepository,
  ) {}

  useExposures(sink: ExposureSink): void {
    this.exposures = sink;
  }

  /** Answers when the record is committed. A record whose key was taken is not written and its reservation not settled. */
  write(record: InferenceRecord): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
      // Not under the request that happens to come first: the events of each record name its own.
      this.writing ??= requestScope.run({ requestId: null, principal: WRITER }, () =>
        this.writeAll().finally(() => (this.writing = undefined)),
      );
    });
  }

  /** Answers when nothing waits any more. */
  async stop(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) await this.commit(this.waiting.splice(0, LARGEST_COMMIT));
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.store(batch.map(({ record }) => record));
      for (const { record, resolve } of batch) resolve(results.get(record.id) ?? 'KEY_TAKEN');
    } catch (error) {
      // One record that cannot be written must not take the others with it.
      if (batch.length === 1) return batch[0]!.reject(error);
      for (const one of batch) await this.commit([one]);
    }
  }

  private store(records: readonly InferenceRecord[]): Promise<Map<string, StoredFacts>> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const taken = await this.repository.claimKeys(records);
      const mine = taken.size > 0 ? records.filter(({ id }) => !taken.has(id)) : records;
      if (mine.length === 0) return new Map();
      const stored = await this.repository.insert(mine);
      await this.metering.settle(mine.map(settlementOf));
      const exposures = mine.flatMap(exposuresOf);
      if (exposures.length > 0) await this.exposures?.record(exposures);
      await this.events.emit(...mine.map((record) => eventOf(record, stored.get(record.id)!)));
      return stored;
    });
  }
}

function exposuresOf({ assignments, customerId, endUserId, id, deploymentId, createdAt }: InferenceRecord) {
  return assignments.map(({ testId, variantKey }) => ({
    customerId,
    endUserId,
    testId,
    variantKey,
    inferenceId: id,
    deploymentId,
    createdAt,
  }));
}

function eventOf(record: InferenceRecord, { payloadUntil }: StoredFacts) {
  const { id, customerId, principal, requestId, deploymentId, modelId, modelVersionId, engineId } = record;
  const { endUserId, rows, price, cost, deviceMs, totalMs, queueMs } = record;
  const payloadKept = payloadUntil !== null;
  const facts = {
    deploymentId,
    modelId,
    modelVersionId,
    engineId,
    endUserId,
    rows,
    deviceMs,
    totalMs,
    queueMs,
  };
  const money = { price: price.price, currency: price.currency, cost, planId: price.planId };
  const data = { ...facts, ...money, payloadKept };
  return {
    type: INFERENCE_COMPLETED,
    customerId,
    subject: id,
    actor: principal,
    requestId,
    after: data,
    data,
  };
}
