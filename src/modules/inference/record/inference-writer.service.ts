/**
 * The one writer: whatever is finished at this moment is written in one transaction (record, usage and settlement,
 * exposures, event, and the answer where it is fetched later), by statements of many rows; what finishes meanwhile goes with the next one. The answer waits for its
 * commit, so a crash before it means no answer and no bill. While the database is away for a moment it waits for that, too. What was
 * sent to one that broke off may stand there or not: it is written until that is known, and billed once, though its caller has left.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, isUnreachable, mayStand, sqlState } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { MeteringService } from '../../billing';
import type { ExposureSink } from '../prediction/assignment-source';
import { INFERENCE_COMPLETED } from '../inference.events';
import type { InferenceRepository } from './inference.repository';
import { type InferenceRecord, settlementOf, type StoredFacts } from './inference-record';
import { databaseTookTooLong } from './commit-wait';
import type { AnswerKeeper } from './kept-answer';

const LARGEST_COMMIT = 500;
/** How long answers wait for a database that is restarted, and how often it is looked for. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 200;
/** A commit that broke off here was still being made there. */
const STANDS = '23505';

/** Why a record is not written: its key belongs to an earlier prediction, or the prediction that it answers has ended. */
export type Unwritten = 'KEY_TAKEN' | 'UNWANTED';
export type WriteResult = StoredFacts | Unwritten;

interface Waiting {
  readonly record: InferenceRecord;
  readonly until: number;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

export class InferenceWriter {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private isStopping = false;
  private exposures: ExposureSink | undefined;
  private answers: AnswerKeeper | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly metering: MeteringService,
    private readonly repository: InferenceRepository,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  useExposures(sink: ExposureSink): void {
    this.exposures = sink;
  }

  useAnswers(keeper: AnswerKeeper): void {
    this.answers = keeper;
  }

  /**
   * Answers when the record is committed. A reservation whose record is not written is not settled.
   * @param until when it is of use, by the clock of `performance`: what was not sent by then is not written.
   * @throws when it is certain that the record stands nowhere, or when the process ends before that is known.
   */
  write(record: InferenceRecord, until = Infinity): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, until, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** Answers when nothing waits any more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // A batch of the engine finishes many in one turn of the event loop: the first must not leave without the others.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, LARGEST_COMMIT);
      const now = performance.now();
      for (const { until, reject } of batch) if (until < now) reject(databaseTookTooLong());
      const inTime = batch.filter(({ until }) => until >= now);
      if (inTime.length > 0) await this.commit(inTime);
    }
    // In the turn that saw that nothing waits: whoever comes a turn later would wait for a writer that has ended.
    this.writing = undefined;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.storedOnce(batch.map(({ record }) => record));
      for (const { record, resolve } of batch) resolve(results.get(record.id)!);
    } catch (error) {
      if (isUnreachable(error)) return batch.forEach(({ reject }) => reject(error));
      // One record that cannot be written must not take the others with it, nor make each of them a commit of its own.
      if (batch.length === 1) return batch[0]!.reject(error);
      const half = batch.length >> 1;
      await this.commit(batch.slice(0, half));
      await this.commit(batch.slice(half));
    }
  }

  /** Whether a commit that broke off was made is not known: what stands when the database is back is not written again. */
  private async storedOnce(records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, WriteResult>> {
    try {
      return await this.store(records);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      return this.storedLater(records, mayStand(error));
    }
  }

  private async storedLater(
    records: readonly InferenceRecord[],
    isUnsure: boolean,
  ): Promise<ReadonlyMap<string, WriteResult>> {
    const until = performance.now() + this.patienceMs;
    const results = new Map<string, WriteResult>();
    for (;;) {
      await delay(AGAIN_MS);
      try {
        const missing = await this.missing(records, results);
        if (missing.length === 0) return results;
        const stored = await this.store(missing).catch((error: unknown) => {
          isUnsure ||= mayStand(error);
          throw error;
        });
        for (const [id, result] of stored) if (typeof result === 'object') results.set(id, result);
        // Who was refused may have lost to itself, where the commit that broke off was made while this one waited for it.
        const refused = missing.filter(({ id }) => !results.has(id));
        if (refused.length === 0) return results;
        for (const { id } of await this.missing(refused, results)) results.set(id, stored.get(id)!);
        return results;
      } catch (error) {
        const isAway = isUnreachable(error);
        if (!isAway && sqlState(error) !== STANDS) throw error;
        if (performance.now() < until) continue;
        if (!isAway || !isUnsure || this.isStopping) throw error;
        // Of those who came behind nothing was sent: that is certain, and they need not wait.
        for (const { reject } of this.waiting.splice(0)) reject(error);
      }
    }
  }

  /** Puts what stands already into `results`; answers the records that do not. */
  private async missing(
    records: readonly InferenceRecord[],
    results: Map<string, WriteResult>,
  ): Promise<readonly InferenceRecord[]> {
    const unsure = records.filter(({ id }) => !results.has(id));
    const standing = await this.repository.standing(unsure);
    standing.forEach((facts, id) => results.set(id, facts));
    this.metering.settledBefore(
      unsure.filter(({ id }) => standing.has(id)).map(({ reservation }) => reservation),
    );
    return unsure.filter(({ id }) => !standing.has(id));
  }

  /** One round trip, unless a key or a kept answer must be looked at before the rest is known. */
  private async store(records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, WriteResult>> {
    const { unitOfWork } = this.database;
    const waits = records.some(({ idempotency, kept }) => idempotency || kept);
    if (!waits) {
      const [stored] = await unitOfWork.sent(() => this.send(records));
      return stored;
    }
    const [stored, , , , unwritten] = await unitOfWork.pipelined(async () => {
      const refused = await this.refused(records);
      const mine = refused.size > 0 ? records.filter(({ id }) => !refused.has(id)) : records;
      return [...this.send(mine), Promise.resolve(refused)] as const;
    });
    return new Map<string, WriteResult>([...stored, ...unwritten]);
  }

  private send(records: readonly InferenceRecord[]) {
    const exposures = records.flatMap(exposuresOf);
    return [
      this.repository.insert(records),
      this.metering.settle(records.map(settlementOf)),
      exposures.length > 0 && this.exposures ? this.exposures.record(exposures) : Promise.resolve(),
      this.events.announce(INFERENCE_COMPLETED),
    ] as const;
  }

  /** Those that are not to be written, and why. */
  private async refused(records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, Unwritten>> {
    const refused = new Map<string, Unwritten>();
    for (const id of await this.repository.claimKeys(records)) refused.set(id, 'KEY_TAKEN');
    const kept = records.filter((record) => record.kept && !refused.has(record.id));
    if (kept.length > 0 && this.answers)
      for (const id of await this.answers.keep(kept)) refused.set(id, 'UNWANTED');
    return refused;
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
