/** What became of corrections as rows to learn from, one statement a request, and what these hold, an event a look. For staff. */
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { defineLoader, groupedInOrder, inOrder } from '../../../platform/graphql';
import type { CuratedRow } from '../../training';
import { CURATED_ROWS_READ } from '../feedback.events';
import type { CuratedRowRepository } from './curated-row.repository';
import { FeedbackCurationStatus, type FeedbackCuration } from './curation.type';

const CURATIONS = `select kept.feedback_id as "feedbackId",
    count(distinct kept.id) filter (where kept.withdrawn_at is null)::int as rows,
    max(kept.accepted_at) as "acceptedAt", max(kept.withdrawn_at) as "withdrawnAt",
    (array_agg(kept.accepted_by order by kept.id desc))[1] as "acceptedById",
    coalesce(array_agg(distinct used.dataset_version_id) filter (where used.dataset_version_id is not null), '{}') as "datasetVersionIds"
  from curated_rows as kept
    left join curated_row_uses as used on used.customer_id = kept.customer_id and used.row_id = kept.id
  where kept.feedback_id = any($1) group by kept.feedback_id`;

type Row = Pick<
  FeedbackCuration,
  'feedbackId' | 'rows' | 'acceptedAt' | 'acceptedById' | 'datasetVersionIds'
> & {
  readonly withdrawnAt: string | null;
};

export interface CurationLoaders {
  /** Null for what was never accepted. */
  readonly curationOfFeedback: ReturnType<typeof defineLoader<string, FeedbackCuration | null>>;
  /** What is learned of it. Event: feedback.curated-rows-read. */
  readonly rowsOfFeedback: ReturnType<typeof defineLoader<string, CuratedRow[]>>;
}

export function createCurationLoaders(
  { read, unitOfWork }: Database,
  events: Events,
  curated: Pick<CuratedRowRepository, 'openOf'>,
): CurationLoaders {
  return {
    curationOfFeedback: defineLoader<string, FeedbackCuration | null>(async (ids, { scope }) => {
      const rows = await read.sql<Row>(scope, 'feedback.curations', CURATIONS, [ids]);
      return inOrder(ids, rows, ({ feedbackId }) => feedbackId).map((row) => row && curationOf(row));
    }),
    rowsOfFeedback: defineLoader<string, CuratedRow[]>(async (ids, { principal, requestId }) => {
      const rows = await curated.openOf(ids);
      const read = new Map(rows.map(({ feedbackId, customerId }) => [feedbackId, customerId]));
      const looks = [...read].map(([subject, customerId]) => ({
        type: CURATED_ROWS_READ,
        customerId,
        subject,
        actor: principal,
        requestId,
      }));
      if (looks.length > 0) await unitOfWork.run(SERVICE, () => events.emit(...looks));
      return groupedInOrder(ids, rows, ({ feedbackId }) => feedbackId);
    }),
  };
}

function curationOf({ withdrawnAt, ...row }: Row): FeedbackCuration {
  const isAccepted = row.rows > 0;
  const status = isAccepted ? FeedbackCurationStatus.ACCEPTED : FeedbackCurationStatus.TAKEN_BACK;
  return { ...row, status, takenBackAt: isAccepted ? null : withdrawnAt };
}
