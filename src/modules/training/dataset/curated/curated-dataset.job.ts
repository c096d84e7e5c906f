/**
 * Gathers accepted corrections into a version of data, by the way of every import. Run twice it makes one version; what its
 * people take back while it runs is not in it.
 */
import { conflict } from '../../../../kernel/errors';
import { contentHash } from '../../../../kernel/hash';
import type { BlobStore } from '../../../../platform/blob';
import type { JobContext, JobDefinition } from '../../../../platform/jobs';
import { ConsentPurpose } from '../../../privacy';
import type { DatasetService } from '../dataset.service';
import { keepTable } from '../kept-table';
import { TableImport } from '../table-import';
import type { RowBatch } from '../table-rows';
import { baseBatches, curatedRow } from './curated-batches';
import {
  type CuratedDatasetService,
  DATASET_GATHER,
  type Gathering,
  type GatherWish,
} from './curated-dataset.service';
import type { CuratedRowPlace, CuratedRows } from './curated-row-source';
import { correctionsOf } from './curated-target';

/** Once for what the columns hold, once to check and keep. */
const PASSES = 2;
const ROWS_AT_ONCE = 500;

interface Doors {
  readonly datasets: DatasetService;
  readonly gatherings: CuratedDatasetService;
  readonly curated: CuratedRows;
  readonly blobs: BlobStore;
}

export function curatedDatasetJob(doors: Doors): JobDefinition<GatherWish> {
  const { gatherings, curated } = doors;
  return {
    kind: DATASET_GATHER,
    run: async (wish, context) => {
      const { jobId } = context;
      const made = await curated.source.madeBy(jobId);
      if (made) return made;
      const gathering = await gatherings.gathering(wish);
      const { root, target } = gathering;
      const reading = new GatheredRows(doors, gathering, context);
      const { label, protectedAttributes } = target;
      const asked = { ignoredColumns: [], maxBadRows: wish.maxBadRows, columns: correctionsOf(target) };
      const rows = new TableImport(
        () => reading.start(),
        { ...asked, label, protectedAttributes },
        (line) => reading.leaveOut(line),
      );
      return keepTable(doors, rows, {
        jobId,
        subject: wish.modelId,
        wish: { name: wish.name, protectedAttributes, consentScope: [ConsentPurpose.TRAINING] },
        origin: () => {
          const places = reading.taken();
          if (places.length === 0) throw noneFits();
          const ids = places.map(({ id }) => id);
          return {
            sourceHash: contentHash({ base: root?.id ?? null, rows: ids }),
            curated: {
              baseVersionId: root?.id ?? null,
              rows: places.length,
              keepUse: (versionId) => curated.source.keepUse(versionId, jobId, places),
            },
          };
        },
      });
    },
  };
}

/** Both readings of the rows, and which of them the last one took. */
class GatheredRows {
  /** By the number of the row. */
  private readonly places = new Map<number, CuratedRowPlace>();
  private read = 0;

  constructor(
    private readonly doors: Pick<Doors, 'curated' | 'blobs'>,
    private readonly gathering: Gathering,
    private readonly context: Pick<JobContext, 'signal' | 'progress'>,
  ) {}

  async *start(): AsyncGenerator<RowBatch> {
    this.places.clear();
    const { root, target, places } = this.gathering;
    let line = 0;
    if (root) {
      const path = await this.doors.blobs.path(root.tableHash);
      for await (const batch of baseBatches(path, root.label, target)) {
        line += batch.rows.length;
        yield await this.noted(batch);
      }
    }
    const names = target.columns.map(({ name }) => name);
    for (let from = 0; from < places.length; from += ROWS_AT_ONCE) {
      const opened = await this.doors.curated.source.open(places.slice(from, from + ROWS_AT_ONCE));
      const rows = opened.map((row) => {
        const { customerId, id, feedbackId, modelVersionId } = row;
        this.places.set(++line, { customerId, id, feedbackId, modelVersionId });
        return curatedRow(row, target, line);
      });
      yield await this.noted({ names, rows });
    }
  }

  leaveOut(line: number): void {
    this.places.delete(line);
  }

  taken(): CuratedRowPlace[] {
    return [...this.places.values()];
  }

  private async noted(batch: RowBatch): Promise<RowBatch> {
    this.context.signal.throwIfAborted();
    this.read += batch.rows.length;
    const { root, places } = this.gathering;
    const all = PASSES * ((root?.rows ?? 0) + places.length);
    await this.context.progress(this.read / all, `read ${this.read} rows`);
    return batch;
  }
}

function noneFits(): Error {
  const message =
    'None of the accepted corrections fits this data. With maxBadRows: 0 you are told why; then name another base, or none.';
  return conflict(message, ['input', 'baseVersionId']);
}
