/**
 * Takes away blobs that nobody names any more: what cancelled and killed jobs stored, copies and uploads whose time is over, what
 * a row named that is gone. Whoever stores a blob has a day to name it; whoever names one that was stored before renews it first.
 */
import { type Database, SERVICE } from '../database';
import type { JobDefinition } from '../jobs/job';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { BlobStore, StoredBlob } from './blob';

/** Where a table names blobs: they stay as long as its rows do. A test finds columns that nobody names. */
export interface BlobHolder {
  readonly table: string;
  readonly column: string;
  /** SQL expression of the hashes in one row, where the column is not one itself. */
  readonly hashes?: string;
}

export interface BlobFigures {
  readonly blobs: number;
  readonly bytes: number;
  /** Nobody names them, and their day is over. */
  readonly unnamed: number;
  readonly unnamedBytes: number;
  readonly deleted: number;
  /** Why nothing was deleted, in words; null unless so. */
  readonly refused: string | null;
}

export interface SweepDoors {
  readonly database: Pick<Database, 'unitOfWork'>;
  readonly blobs: Pick<BlobStore, 'list' | 'deleteIdle'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly holders: readonly BlobHolder[];
}

const GRACE_MS = 24 * 3_600_000;
/** Looked through at once: each time all names are read. */
const PAGE = 10_000;
/** Looked up once more just before they go. */
const AT_ONCE = 100;
/** A store that loses most of what it has is taken for that of another database. */
const MOST_SHARE = 0.5;
const FEW = 20;

export class BlobSweep {
  private readonly deleted;
  private readonly bytes;

  constructor(private readonly doors: SweepDoors) {
    const { metrics } = doors;
    this.deleted = metrics.counter('blobs_swept', 'Blobs that nobody named any more, and that were deleted.');
    this.bytes = metrics.gauge('blob_bytes', 'Bytes in the blob store when it was last swept.', ['state']);
  }

  job(): JobDefinition<object> {
    return {
      kind: 'blobs.sweep-unnamed',
      cron: '11 4 * * *',
      run: async (_payload, { signal }) => void (await this.run({ deletes: true, signal })),
    };
  }

  /** @param isSure deletes also where that is most of what is stored. */
  async run({
    deletes,
    isSure = false,
    signal,
  }: {
    readonly deletes: boolean;
    readonly isSure?: boolean;
    readonly signal?: AbortSignal;
  }): Promise<BlobFigures> {
    const figures = { blobs: 0, bytes: 0, unnamed: 0, unnamedBytes: 0 };
    for await (const { stored, unnamed } of this.pages()) {
      figures.blobs += stored.length;
      figures.bytes += bytesOf(stored);
      figures.unnamed += unnamed.length;
      figures.unnamedBytes += bytesOf(unnamed);
    }
    const isMost = figures.unnamed >= FEW && figures.unnamed > figures.blobs * MOST_SHARE;
    const refused = isMost && !isSure ? refusal(figures.unnamed, figures.blobs) : null;
    let deleted = 0;
    // Gone through a second time: only then is it known whether most of it would go.
    if (deletes && refused === null && figures.unnamed > 0)
      for await (const { unnamed } of this.pages()) deleted += await this.delete(unnamed, signal);
    const all = { ...figures, deleted, refused };
    this.tell(all);
    return all;
  }

  /** What is stored, and what of it is idle and named by nobody; so many at a time, because a store may hold more than memory does. */
  private async *pages(): AsyncGenerator<{ stored: readonly StoredBlob[]; unnamed: readonly StoredBlob[] }> {
    let stored: StoredBlob[] = [];
    for await (const blob of this.doors.blobs.list()) {
      stored.push(blob);
      if (stored.length < PAGE) continue;
      yield { stored, unnamed: await this.unnamedOf(stored) };
      stored = [];
    }
    if (stored.length > 0) yield { stored, unnamed: await this.unnamedOf(stored) };
  }

  /** Those first, the names then: what is named in between has been stored or renewed, too. */
  private async unnamedOf(stored: readonly StoredBlob[]): Promise<StoredBlob[]> {
    const idle = stored.filter(({ idleMs }) => idleMs >= GRACE_MS);
    const named = await this.namedOf(idle.map(({ hash }) => hash));
    return idle.filter(({ hash }) => !named.has(hash));
  }

  private async delete(unnamed: readonly StoredBlob[], signal: AbortSignal | undefined): Promise<number> {
    let deleted = 0;
    for (let at = 0; at < unnamed.length; at += AT_ONCE) {
      const hashes = unnamed.slice(at, at + AT_ONCE).map(({ hash }) => hash);
      const named = await this.namedOf(hashes);
      for (const hash of hashes) {
        signal?.throwIfAborted();
        if (!named.has(hash) && (await this.doors.blobs.deleteIdle(hash, GRACE_MS))) deleted++;
      }
    }
    return deleted;
  }

  /** Which of these are named; in one statement, so that a name that moves from row to row is not missed. */
  private async namedOf(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    if (hashes.length === 0) return new Set();
    const { unitOfWork } = this.doors.database;
    const names = this.doors.holders
      .map(({ table, column, hashes: of = column }) => `select ${of} as hash from ${table}`)
      .join(' union all ');
    const text = `select distinct hash from (${names}) as named where hash in (select unnest($1::text[]))`;
    const rows = await unitOfWork.run(SERVICE, () => unitOfWork.sql<{ hash: string }>(text, [hashes]));
    return new Set(rows.map(({ hash }) => hash));
  }

  private tell(figures: BlobFigures): void {
    const { bytes, unnamedBytes, deleted, refused } = figures;
    this.bytes.set({ state: 'named' }, bytes - unnamedBytes);
    this.bytes.set({ state: 'unnamed' }, unnamedBytes);
    this.deleted.inc(deleted);
    if (refused !== null) this.doors.log.error({ ...figures }, refused);
    else if (deleted > 0) this.doors.log.info({ ...figures }, 'blobs that nobody named were deleted');
  }
}

function refusal(unnamed: number, stored: number): string {
  return `${unnamed} of ${stored} blobs are named by nobody in this database: is it the one that they belong to? Nothing was deleted; npm run blobs -- --delete does it.`;
}

function bytesOf(blobs: readonly StoredBlob[]): number {
  return blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
