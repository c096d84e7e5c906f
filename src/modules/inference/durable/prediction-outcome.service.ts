/** What becomes of a durable prediction, written down in one transaction each: state, event, news to those who wait. */
import { In } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { AppError, AppErrors } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, EventSubscriber, Signals } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import { Prediction, PredictionStatus } from './prediction.entity';
import { PREDICTION_CHANNEL, PREDICTION_COMPLETED, PREDICTION_FAILED } from './prediction-events';
import type { PredictionVault } from './prediction-vault';
import type { WebhookService } from './webhook.service';

/** How long an answer can be fetched. */
const ANSWER_LIFETIME_MS = 24 * 3_600_000;
const BEGUN = {
  customerId: true,
  id: true,
  endUserId: true,
  deploymentId: true,
  asked: true,
  webhookEndpointId: true,
} as const;
const OPEN = [PredictionStatus.QUEUED, PredictionStatus.RUNNING];

export interface OutcomeDoors {
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly vault: PredictionVault;
  readonly webhooks: WebhookService;
}

export class PredictionOutcomes {
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

  async succeeded(prediction: Prediction, inferenceId: string, outputs: unknown): Promise<void> {
    const { clock, vault } = this.doors;
    await this.finish(prediction, PREDICTION_COMPLETED, {
      status: PredictionStatus.SUCCEEDED,
      inferenceId,
      answer: vault.sealAnswer(prediction.id, outputs),
      answerUntil: new Date(clock.millis() + ANSWER_LIFETIME_MS),
    });
  }

  async failed(prediction: Prediction, error: unknown): Promise<void> {
    const known =
      error instanceof AppErrors ? error.errors[0] : error instanceof AppError ? error : undefined;
    await this.finish(prediction, PREDICTION_FAILED, {
      status: PredictionStatus.FAILED,
      errorCode: known?.code ?? 'INTERNAL',
      errorMessage: known ? (error as Error).message : 'It failed on our side too often and was given up.',
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

  private finish(prediction: Prediction, type: string, fields: Partial<Prediction>): Promise<void> {
    const { database, events, clock, webhooks } = this.doors;
    const { id, customerId, deploymentId, endUserId } = prediction;
    return database.unitOfWork.run(SERVICE, async () => {
      const changed = await this.end(prediction, { ...fields, asked: null, finishedAt: clock.now() });
      if (!changed) return;
      const { inferenceId = null, errorCode: code = null } = fields;
      const data = { deploymentId, endUserId, inferenceId, code };
      await events.emit({ type, customerId, subject: id, data });
      await webhooks.announce({ ...prediction, ...fields }, type);
    });
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
