/**
 * Keeps what people do with answers, by the token of the answer and only while the person agrees to ANALYTICS: the statement that keeps
 * it asks. A deed that is told again is counted, not doubled; an answer has four rows at most.
 */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { bornAt } from '../../../kernel/id';
import type { Period } from '../../../kernel/period';
import { wilsonInterval } from '../../../kernel/statistics';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import type { CustomerStanding, EndUserStanding } from '../../identity';
import { Inference } from '../../inference';
import { CONSENT_NOW_SQL, ConsentPurpose, type PrivacyModule } from '../../privacy';
import type { FeedbackGiverService } from '../feedback-giver.service';
import { FeedbackSignalKind } from './feedback-signal.entity';
import type { FeedbackSignalInput, FeedbackSignalShare } from './signal.type';

const LEVEL = 0.95;
/** More often than this is no sign of anything but a fault of the front end. */
const MOST_TIMES = 1000;

const KEEP = `insert into feedback_signals as kept (customer_id, inference_id, kind, end_user_id, deployment_id, model_version_id,
    edit_distance, times, answered_at, last_at)
  select told.customer_id, told.inference_id, told.kind, told.end_user_id, $5, $6, $7, 1, $8, $9
  from (select $1::text, $2::text, $3::text, $4::text) as told (customer_id, inference_id, kind, end_user_id)
  where ${CONSENT_NOW_SQL('told.customer_id', 'told.end_user_id', ConsentPurpose.ANALYTICS)}
  on conflict (customer_id, inference_id, kind) do update set edit_distance = excluded.edit_distance,
    times = least(kept.times + 1, ${MOST_TIMES}), last_at = excluded.last_at
  returning 1 as kept`;

/**
 * Counted are answers of which a deed would have been kept: given while the consent stood that stands now. Both parts of a share go by
 * it. Else who never agreed is among the answers and cannot be among the deeds, and of two versions the one whose people agree less
 * looks less used; and who agreed after an answer may be among the deeds alone.
 */
const counted = (table: string, answeredAt: string): string =>
  `${answeredAt} >= $1 and ${answeredAt} < $2
    and ($3::text is null or deployment_id = $3) and ($4::text is null or model_version_id = $4)
    and ${CONSENT_NOW_SQL(`${table}.customer_id`, `${table}.end_user_id`, ConsentPurpose.ANALYTICS, `${table}.${answeredAt}`)}`;

const DEEDS = `select kind, count(*)::int as answers, avg(edit_distance) as "meanEditDistance" from feedback_signals
  where ${counted('feedback_signals', 'answered_at')} group by kind`;

const ANSWERS = `select count(*)::int as answers from inferences where ${counted('inferences', 'created_at')}`;

export interface SignalQuestion {
  readonly period: Period;
  readonly deploymentId: string | null;
  readonly modelVersionId: string | null;
}

export interface SignalDoors {
  readonly database: Database;
  readonly clock: Clock;
  readonly givers: Pick<FeedbackGiverService, 'claimOf'>;
  readonly standing: Pick<EndUserStanding, 'require'>;
  readonly customers: Pick<CustomerStanding, 'require'>;
  readonly consents: Pick<PrivacyModule['consents'], 'hold'>;
}

export class SignalService {
  constructor(private readonly doors: SignalDoors) {}

  /** Answers whether it was kept. @throws AppError INVALID_INPUT, PROCESSING_RESTRICTED, ACCOUNT_CLOSING. */
  async keep({ principal }: RequestContext, input: FeedbackSignalInput): Promise<boolean> {
    const { feedbackToken, kind, editDistance = null } = input;
    if ((kind === FeedbackSignalKind.EDIT) !== (editDistance !== null)) throw distanceOfEdits();
    const { customerId, inferenceId, endUserId } = this.doors.givers.claimOf(principal, feedbackToken);
    this.doors.customers.require(customerId);
    if (endUserId === null) return false;
    this.doors.standing.require(endUserId);
    const { database, clock, consents } = this.doors;
    const scope = tenant(customerId);
    const answeredAt = bornAt(inferenceId);
    const answer = await database.read.one(Inference, {
      scope,
      where: { customerId, createdAt: answeredAt, id: inferenceId },
      selection: { deploymentId: true, modelVersionId: true },
    });
    if (!answer) return false;
    const { deploymentId, modelVersionId } = answer;
    const deed = [
      customerId,
      inferenceId,
      kind,
      endUserId,
      deploymentId,
      modelVersionId,
      editDistance,
      answeredAt,
    ];
    const rows = await database.unitOfWork.run(scope, async () => {
      await consents.hold(customerId, endUserId);
      return database.unitOfWork.sql(KEEP, [...deed, clock.now()]);
    });
    return rows.length > 0;
  }

  /** One share a kind, in one order. Statements: two, however many answers there were. */
  async shares({ period, deploymentId, modelVersionId }: SignalQuestion): Promise<FeedbackSignalShare[]> {
    const { read } = this.doors.database;
    const { from, to } = period;
    const values = [from, to, deploymentId, modelVersionId];
    type Deeds = Pick<FeedbackSignalShare, 'kind' | 'answers' | 'meanEditDistance'>;
    const [rows, [all]] = await Promise.all([
      read.sql<Deeds>(SERVICE, 'feedback.signals', DEEDS, values),
      read.sql<{ answers: number }>(SERVICE, 'feedback.signal-answers', ANSWERS, values),
    ]);
    const of = all!.answers;
    return Object.values(FeedbackSignalKind).map((kind) => {
      const { answers = 0, meanEditDistance = null } = rows.find((row) => row.kind === kind) ?? {};
      const interval = of > 0 ? [...wilsonInterval(answers, of, LEVEL)] : null;
      return { kind, answers, of, share: of > 0 ? answers / of : null, interval, meanEditDistance };
    });
  }
}

function distanceOfEdits() {
  const message = 'EDIT says how much was changed by editDistance, from 0 to 1; other kinds leave it out.';
  return invalidInput(['input', 'editDistance'], message, 'kind');
}
