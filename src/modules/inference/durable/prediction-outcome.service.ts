/** What becomes of a durable prediction, written down in one transaction each: state, event, news to those who wait. */
import { In } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { AppError, AppErrors } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, EventSubscriber, Signals } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import type { InferenceRecord } from '../inference-record';
import type { AnswerKeeper, KeptAnswer } from '../kept-answer';
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
    const { unitOfWork } = this.doors.database;
    return unitOfWork.run(SERVICE, async () => {
      const changed = await this.end({ customerId, id }, { status: PredictionStatus.RUNNING });
      if (!changed) return undefined;
      const where = { customerId, id };
      return (await unitOfWork.repository(Prediction).findOne({ where, select: BEGUN })) ?? undefined;
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

  async failed(prediction: Prediction, error: unknown): Promise<void> {
    const { database, events, clock } = this.doors;
    const known =
      error instanceof AppErrors ? error.errors[0] : error instanceof AppError ? error : undefined;
    const code = known?.code ?? 'INTERNAL';
    await database.unitOfWork.run(SERVICE, async () => {
      const changed = await this.end(prediction, {
        status: PredictionStatus.FAILED,
        errorCode: code,
        errorMessage: known ? (error as Error).message : 'It failed on our side too often and was given up.',
        asked: null,
        finishedAt: clock.now(),
      });
      if (changed) await events.emit(eventOf(PREDICTION_FAILED, { ...prediction, inferenceId: null }, code));
    });
  }

  /** A job that is cancelled takes its prediction with it. */
  cancellation(): EventSubscriber {
    const { database, signals, clock } = this.doors;
    const cancel = `update predictions set status = 'CANCELLED', asked = null, finished_at = $2
      where job_id = any($1) and status in ('QUEUED', 'RUNNING') returning id`;
    return {
      name: 'inference.cancelled-predictions',
      types: ['job.cancelled'],
      handle: async (events) => {
        const jobs = events.map(({ subject }) => subject);
        const gone = await database.unitOfWork.sql<{ id: string }>(cancel, [jobs, clock.now()]);
        for (const { id } of gone) await signals.publish(PREDICTION_CHANNEL, { id });
      },
    };
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

  /** Changes one that has not ended; in the open unit of work. Answers whether there was one. */
  private async end(
    { customerId, id }: Pick<Prediction, 'customerId' | 'id'>,
    fields: Partial<Prediction>,
  ): Promise<boolean> {
    const { database, signals } = this.doors;
    const predictions = database.unitOfWork.repository(Prediction);
    const { affected } = await predictions.update({ customerId, id, status: In(OPEN) }, fields);
    if (!affected) return false;
    await signals.publish(PREDICTION_CHANNEL, { id });
    return true;
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
