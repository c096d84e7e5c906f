/** What becomes of a durable prediction, written down in one transaction each: state, event, news to those who wait. */
import { In } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { type JobDefinition, JobStatus, type UndoneJob } from '../../../platform/jobs';
import type { InferenceRecord } from '../record/inference-record';
import type { AnswerKeeper, KeptAnswer } from '../record/kept-answer';
import { OPEN, Prediction, PredictionStatus } from './prediction.entity';
import { PREDICTION_CHANNEL, PREDICTION_COMPLETED, PREDICTION_FAILED } from './prediction-events';
import type { PredictionVault } from './prediction-vault';

/** How long an answer can be fetched. */
const ANSWER_LIFETIME_MS = 24 * 3_600_000;
const BEGUN = {
  customerId: true,
  id: true,
  endUserId: true,
  deploymentId: true,
  asked: true,
  serviceClass: true,
} as const;

/** One that has ended gets no answer any more; whoever watches the others is told. */
const KEEP = `with kept as (
    update predictions p set status = 'SUCCEEDED', asked = null, inference_id = k.inference_id, answer = k.answer,
      answer_until = k.until, finished_at = $2
    from jsonb_to_recordset($1::jsonb) as k (customer_id text, id text, inference_id text, answer text, until timestamptz)
    where p.customer_id = k.customer_id and p.id = k.id and p.status in ('QUEUED', 'RUNNING')
    returning p.id, p.customer_id, p.deployment_id, p.end_user_id, p.inference_id
  )
  select id, customer_id as "customerId", deployment_id as "deploymentId", end_user_id as "endUserId",
    inference_id as "inferenceId", pg_notify($3, json_build_object('id', id)::text) from kept`;

/** Texts that were streamed: they are there from now on. */
const PUT_DOWN = `insert into predictions (customer_id, id, created_at, status, principal, end_user_id, deployment_id,
    inference_id, answer, answer_until, finished_at)
  select customer_id, id, created_at, 'SUCCEEDED', principal, end_user_id, deployment_id, inference_id, answer, until, $2
  from jsonb_to_recordset($1::jsonb) as k (customer_id text, id text, created_at timestamptz, principal text, end_user_id text,
    deployment_id text, inference_id text, answer text, until timestamptz)`;

const ABANDON = `update predictions set status = $2, error_code = $3, error_message = $4, asked = null, finished_at = $5
  where job_id = $1 and status in ('QUEUED', 'RUNNING')
  returning id, customer_id as "customerId", deployment_id as "deploymentId", end_user_id as "endUserId",
    inference_id as "inferenceId"`;

type Kept = Pick<Prediction, 'id' | 'customerId' | 'deploymentId' | 'endUserId' | 'inferenceId'>;

export interface OutcomeDoors {
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly vault: PredictionVault;
}

export class PredictionOutcomes implements AnswerKeeper {
  constructor(private readonly doors: OutcomeDoors) {}

  /** Marks it as running. Answers it with what it asks; undefined when it has ended. */
  begin(customerId: string, id: string): Promise<Prediction | undefined> {
    const { database, signals } = this.doors;
    const { unitOfWork } = database;
    return unitOfWork.run(SERVICE, async () => {
      const predictions = unitOfWork.repository(Prediction);
      const where = { customerId, id };
      const running = { status: PredictionStatus.RUNNING };
      const { affected } = await predictions.update({ ...where, status: In(OPEN) }, running);
      if (!affected) return undefined;
      await signals.publish(PREDICTION_CHANNEL, { id });
      return (await predictions.findOne({ where, select: BEGUN })) ?? undefined;
    });
  }

  /** What is kept of an answer, and for how long. */
  answerOf(predictionId: string, outputs: unknown): KeptAnswer {
    const { clock, vault } = this.doors;
    const until = new Date(clock.millis() + ANSWER_LIFETIME_MS);
    return { predictionId, answer: vault.sealAnswer(predictionId, outputs), until, isNew: false };
  }

  async keep(records: readonly InferenceRecord[]): Promise<ReadonlySet<string>> {
    const { database, events, clock } = this.doors;
    const now = clock.now();
    const streamed = records.filter((record) => record.kept!.isNew).map(answerIn);
    if (streamed.length > 0) await database.unitOfWork.sql(PUT_DOWN, [JSON.stringify(streamed), now]);
    const accepted = records.filter((record) => !record.kept!.isNew);
    if (accepted.length === 0) return new Set();
    const values = [JSON.stringify(accepted.map(answerIn)), now, PREDICTION_CHANNEL];
    const kept = await database.unitOfWork.sql<Kept>(KEEP, values);
    await events.emit(...kept.map((prediction) => eventOf(PREDICTION_COMPLETED, prediction, null)));
    const wanted = new Set(kept.map(({ inferenceId }) => inferenceId));
    return new Set(accepted.map(({ id }) => id).filter((id) => !wanted.has(id)));
  }

  /** A job that ends undone takes its prediction with it, in the open unit of work; one that was answered stays so. */
  async abandon({ jobId, status, code, message }: UndoneJob): Promise<void> {
    const { database, events, signals, clock } = this.doors;
    const isFailed = status === JobStatus.FAILED;
    const error = isFailed ? [code, message] : [null, null];
    const values = [jobId, isFailed ? 'FAILED' : 'CANCELLED', ...error, clock.now()];
    for (const prediction of await database.unitOfWork.sql<Kept>(ABANDON, values)) {
      await signals.publish(PREDICTION_CHANNEL, { id: prediction.id });
      if (isFailed) await events.emit(eventOf(PREDICTION_FAILED, prediction, code));
    }
  }

  /** Forgets answers whose time is over. */
  retention(): JobDefinition<object> {
    const { database, clock } = this.doors;
    const forget = 'update predictions set answer = null, answer_until = null where answer_until <= $1';
    return {
      kind: 'inference.expire-predictions',
      cron: '41 * * * *',
      run: () =>
        database.unitOfWork.run(
          SERVICE,
          async () => void (await database.unitOfWork.sql(forget, [clock.now()])),
        ),
    };
  }
}

function answerIn({
  customerId,
  id,
  createdAt,
  principalId,
  endUserId,
  deploymentId,
  kept,
}: InferenceRecord) {
  return {
    customer_id: customerId,
    id: kept!.predictionId,
    created_at: createdAt,
    principal: principalId,
    end_user_id: endUserId,
    deployment_id: deploymentId,
    inference_id: id,
    answer: kept!.answer,
    until: kept!.until,
  };
}

function eventOf(
  type: string,
  { id, customerId, deploymentId, endUserId, inferenceId }: Kept,
  code: string | null,
) {
  const data = { deploymentId, endUserId, inferenceId, code };
  return { type, customerId, subject: id, data };
}
