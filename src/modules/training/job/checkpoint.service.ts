/**
 * Where trainings stand, in the blob store. A checkpoint is kept while somebody may go on from it, and taken away when nobody
 * does, however that came about: it was replaced, a search left it behind, its job failed, was cancelled or given up. Equal
 * ones are one blob, which stays while another training or trial stands there.
 */
import { type BlobStore, BlobStoreError } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { JobDefinition } from '../../../platform/jobs';

interface LooseRow {
  readonly trainingId: string;
  readonly latest: string | null;
  readonly trialId: string | null;
  readonly scored: string | null;
}

const COLUMNS = `j.id as "trainingId", j.checkpoint_hash as latest, t.id as "trialId", t.scored_checkpoint_hash as scored`;
const HOLDS_ONE = '(j.checkpoint_hash is not null or t.scored_checkpoint_hash is not null)';
const OF_ENDED = `select ${COLUMNS}
  from training_jobs j
    join jobs on jobs.id = j.job_id
    left join training_trials t on t.training_job_id = j.id
  where jobs.status in ('SUCCEEDED', 'FAILED', 'CANCELLED') and ${HOLDS_ONE}`;
/** Those of trials that do not go on ($2 is the best so far, and kept), and of all but the best once it was taken. */
const OF_SEARCH = `select ${COLUMNS}
  from training_trials t
    join training_searches s on s.id = t.search_id
    join training_jobs j on j.id = t.training_job_id
  where s.id = $1 and ${HOLDS_ONE}
    and ((t.status in ('DROPPED', 'FAILED') and t.id is distinct from $2) or s.best_trial_id <> t.id)`;
/** Of the checkpoints $1 those that nobody stands at but the trainings $2 and the trials $3. */
const UNNAMED = `select hash from unnest($1::text[]) as hash
  where not exists (select from training_jobs where checkpoint_hash = hash and id <> all($2))
    and not exists (select from training_trials where scored_checkpoint_hash = hash and id <> all($3))`;

export class CheckpointService {
  constructor(
    private readonly database: Database,
    private readonly blobs: BlobStore,
  ) {}

  /** Answers its hash. @throws AppError OVERLOADED when there is no room for it. */
  async keep(bytes: Uint8Array): Promise<string> {
    return (await this.blobs.put(bytes)).hash;
  }

  /**
   * Undefined when it is lost or damaged: the same training begun anew comes to the same weights, so that costs time alone.
   * @throws BlobStoreError when the store is away, for another time it may be read.
   */
  async read(hash: string | null): Promise<Uint8Array | undefined> {
    if (hash === null) return undefined;
    return this.blobs.get(hash).catch((error: unknown) => {
      if (error instanceof BlobStoreError) throw error;
      return undefined;
    });
  }

  /** Once nothing stored names it any more for the caller's part. */
  async forget(hash: string | null): Promise<void> {
    if (hash) await this.deleteUnnamed([hash]);
  }

  /** What is left of jobs that have ended, whatever ended them. */
  sweepEnded(): Promise<void> {
    return this.sweep(OF_ENDED, []);
  }

  /** What a search under way has left behind. @param bestId the best trial so far, whose score may yet be taken. */
  sweepSearch(searchId: string, bestId: string | null): Promise<void> {
    return this.sweep(OF_SEARCH, [searchId, bestId]);
  }

  /** Deletes first and forgets then, so that one who is killed in between does it again. */
  private async sweep(text: string, values: readonly unknown[]): Promise<void> {
    const { unitOfWork } = this.database;
    const loose = await unitOfWork.run(SERVICE, () => unitOfWork.sql<LooseRow>(text, values));
    if (loose.length === 0) return;
    const hashes = loose.flatMap(({ latest, scored }) => [latest, scored].filter((hash) => hash !== null));
    const trainings = loose.map(({ trainingId }) => trainingId);
    const trials = loose.flatMap(({ trialId }) => trialId ?? []);
    await this.deleteUnnamed([...new Set(hashes)], trainings, trials);
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql(
        'update training_jobs set checkpoint_hash = null where id = any($1) and checkpoint_hash = any($2)',
        [trainings, hashes],
      );
      await unitOfWork.sql(
        `update training_trials set scored_checkpoint_hash = null
         where id = any($1) and scored_checkpoint_hash = any($2)`,
        [trials, hashes],
      );
    });
  }

  private async deleteUnnamed(
    hashes: readonly string[],
    trainings: readonly string[] = [],
    trials: readonly string[] = [],
  ): Promise<void> {
    const { unitOfWork } = this.database;
    const values = [hashes, trainings, trials];
    const unnamed = await unitOfWork.run(SERVICE, () => unitOfWork.sql<{ hash: string }>(UNNAMED, values));
    for (const { hash } of unnamed) await this.blobs.delete(hash);
  }
}

/** The belt: most checkpoints go with the work that made them, but a job that is cancelled while it waits has no work any more. */
export function checkpointSweepJob(
  checkpoints: Pick<CheckpointService, 'sweepEnded'>,
): JobDefinition<object> {
  return {
    kind: 'training.sweep-checkpoints',
    cron: '*/10 * * * *',
    run: () => checkpoints.sweepEnded(),
  };
}
