/**
 * The accepted rows: sealed, opened, taken back. Whether one may be learned from is one condition, in every statement that
 * touches what rows hold: accepted, not taken back, its word neither withdrawn nor merged, and its person's consent standing now.
 */
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import { CONSENT_NOW_SQL, ConsentPurpose, WITHDRAWN_SQL } from '../../privacy';
import type {
  CuratedQuestion,
  CuratedRow as OpenedRow,
  CuratedRowPlace,
  CuratedRowSource,
} from '../../training';
import type { Feedback } from '../feedback.entity';
import { CuratedRow } from './curated-row.entity';
import type { TrainingRow } from './training-row';

const PURPOSE = 'curated-row';

const CONSENTED = CONSENT_NOW_SQL('kept.customer_id', 'kept.end_user_id', ConsentPurpose.TRAINING);

const STANDING = `from curated_rows as kept join feedback as said on said.customer_id = kept.customer_id and said.id = kept.feedback_id
  where kept.withdrawn_at is null and said.withdrawn_at is null and said.merged_into_id is null
    and ${CONSENTED}`;

const PLACE = `kept.customer_id as "customerId", kept.id, kept.feedback_id as "feedbackId", kept.model_version_id as "modelVersionId"`;

const GATHER = `select ${PLACE} ${STANDING} and ($2::text is null or kept.customer_id = $2)
    and (kept.model_id = $1 or exists (select from curated_row_uses as used
      where used.customer_id = kept.customer_id and used.row_id = kept.id and used.dataset_version_id = $3))
  order by kept.id`;

const OPEN = `select ${PLACE}, kept.contents ${STANDING} and kept.id = any($1) order by kept.id`;

const OPEN_OF = `select ${PLACE}, kept.contents ${STANDING} and kept.feedback_id = any($1) order by kept.id`;

const COUNT = `select count(*)::int as count ${STANDING} and kept.id = any($1)`;

const STANDING_IN = `select count(*)::int as count from curated_row_uses as used
    join curated_rows as kept on kept.customer_id = used.customer_id and kept.id = used.row_id
  where used.dataset_version_id = $1 and kept.withdrawn_at is null and ${CONSENTED}`;

const KEEP_USE = `insert into curated_row_uses (customer_id, row_id, dataset_version_id, job_id)
  select customer_id, row_id, $3, $4 from unnest($1::text[], $2::text[]) as used (customer_id, row_id) on conflict do nothing`;

const TAKE_BACK = `update curated_rows set contents = null, withdrawn_at = $1 where withdrawn_at is null`;

export interface Acceptance {
  readonly modelId: string;
  readonly modelVersionId: string;
  readonly endUserId: string;
  readonly inferenceId: string;
  readonly acceptedBy: string;
}

type Place = Pick<Feedback, 'customerId' | 'id'>;

export class CuratedRowRepository implements CuratedRowSource {
  constructor(
    private readonly database: Database,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** Whether rows of this feedback stand accepted. Inside the unit of work that asks. */
  isAccepted({ customerId, id: feedbackId }: Place): Promise<boolean> {
    const where = { customerId, feedbackId, withdrawnAt: IsNull() };
    return this.database.unitOfWork.repository(CuratedRow).existsBy(where);
  }

  /** Inside the unit of work that accepts. */
  async accept(
    { customerId, id: feedbackId }: Place,
    rows: readonly TrainingRow[],
    by: Acceptance,
  ): Promise<void> {
    const acceptedAt = this.clock.now();
    const sealed = rows.map(({ index, inputs, answer }) => {
      const id = newId('crw', acceptedAt);
      const contents = this.crypto.seal(PURPOSE, JSON.stringify({ inputs, answer }), contextOf(id));
      return { customerId, id, feedbackId, rowIndex: index, contents, acceptedAt, withdrawnAt: null, ...by };
    });
    await this.database.unitOfWork.repository(CuratedRow).insert(sealed);
  }

  /** What its rows hold is gone. Inside the unit of work that takes them back; answers whether there were any. */
  async takeBack({ customerId, id }: Place): Promise<boolean> {
    const gone = await this.database.unitOfWork.sql(
      `${TAKE_BACK} and customer_id = $2 and feedback_id = $3 returning id`,
      [this.clock.now(), customerId, id],
    );
    return gone.length > 0;
  }

  /** The same for all that a person's words became until they withdrew their consent; answers the ids of the feedback. */
  async takeBackOf(customerId: string, endUserId: string, until: Date): Promise<string[]> {
    const gone = await this.database.unitOfWork.sql<{ feedbackId: string }>(
      `${TAKE_BACK} and customer_id = $2 and end_user_id = $3
         and ${WITHDRAWN_SQL('$2', '$3', ConsentPurpose.TRAINING, 'accepted_at', '$4')} returning feedback_id as "feedbackId"`,
      [this.clock.now(), customerId, endUserId, until],
    );
    return [...new Set(gone.map(({ feedbackId }) => feedbackId))].sort();
  }

  async madeBy(jobId: string): Promise<string | undefined> {
    const [use] = await this.database.read.sql<{ id: string }>(
      SERVICE,
      'feedback.rows-made-by',
      'select dataset_version_id as id from curated_row_uses where job_id = $1 limit 1',
      [jobId],
    );
    return use?.id;
  }

  standing({ modelId, customerId, alsoIn }: CuratedQuestion): Promise<CuratedRowPlace[]> {
    const values = [modelId, customerId, alsoIn];
    return this.database.read.sql<CuratedRowPlace>(SERVICE, 'feedback.rows-standing', GATHER, values);
  }

  async open(places: readonly CuratedRowPlace[]): Promise<OpenedRow[]> {
    const ids = places.map(({ id }) => id);
    return this.openedBy('feedback.rows-opened', OPEN, ids);
  }

  /** What these corrections became, as far as it may still be learned from; the caller tells of the reading. */
  openOf(feedbackIds: readonly string[]): Promise<OpenedRow[]> {
    return this.openedBy('feedback.rows-opened-of', OPEN_OF, feedbackIds);
  }

  async standingIn(datasetVersionId: string): Promise<number> {
    const [standing] = await this.database.read.sql<{ count: number }>(
      SERVICE,
      'feedback.rows-standing-in',
      STANDING_IN,
      [datasetVersionId],
    );
    return standing!.count;
  }

  async keepUse(datasetVersionId: string, jobId: string, places: readonly CuratedRowPlace[]): Promise<void> {
    const { unitOfWork } = this.database;
    const ids = places.map(({ id }) => id);
    // Whoever takes one back meanwhile waits, and finds the version among those that saw it.
    await unitOfWork.sql('select from curated_rows where id = any($1) order by id for share', [ids]);
    const [standing] = await unitOfWork.sql<{ count: number }>(COUNT, [ids]);
    if (standing!.count < ids.length) throw new Error('a row was taken back while it was gathered');
    const customers = places.map(({ customerId }) => customerId);
    await unitOfWork.sql(KEEP_USE, [customers, ids, datasetVersionId, jobId]);
  }

  private async openedBy(name: string, text: string, ids: readonly string[]): Promise<OpenedRow[]> {
    const rows = await this.database.read.sql<CuratedRowPlace & { contents: string }>(SERVICE, name, text, [
      ids,
    ]);
    return rows.map(({ contents, ...place }) => ({ ...place, ...this.unsealed(place.id, contents) }));
  }

  /** What a row holds; the caller may have it. */
  unsealed(id: string, contents: string): Pick<OpenedRow, 'inputs' | 'answer'> {
    const text = this.crypto.open(PURPOSE, contents, contextOf(id)).toString();
    return JSON.parse(text) as Pick<OpenedRow, 'inputs' | 'answer'>;
  }
}

function contextOf(id: string): string {
  return `curated_rows:${id}:contents`;
}
