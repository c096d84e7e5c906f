/**
 * Accepts predictions for later: whatever is acknowledged is stored, together with the job that will run it, in one
 * transaction. Faults of the input are told at once, before anything is stored.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import type { RouteService } from '../../deployments';
import type { EndUserDirectory, NamedEndUser } from '../end-user-directory';
import { wantsRows } from '../inference.errors';
import { planPrediction } from '../model-work';
import { writesText } from '../../models';
import { Prediction, PredictionStatus } from './prediction.entity';
import { PREDICTION_CHANNEL, PREDICTION_CREATED } from './prediction-events';
import { PREDICTION_JOB, type PredictionJobPayload } from './prediction.job';
import type { PredictionVault, Question } from './prediction-vault';
import { WebhookEndpoint } from './webhook-endpoint.entity';

export interface DurableCall extends NamedEndUser {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  /** Id or name. */
  readonly deployment: string;
  readonly question: Question;
  readonly webhookEndpointId?: string | null;
}

export interface DurableDoors {
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly routes: RouteService;
  readonly endUsers: EndUserDirectory;
  readonly vault: PredictionVault;
}

export class DurablePredictionService {
  constructor(private readonly doors: DurableDoors) {}

  /** Answers the id, once it is stored. @throws AppError(s) as `predict` would. */
  async create(call: DurableCall): Promise<string> {
    const { database, events, signals, jobs, clock, routes, endUsers, vault } = this.doors;
    const { principal, requestId, customerId, question, webhookEndpointId } = call;
    const { deploymentId } = this.check(routes, call);
    const endUserId = await endUsers.resolve(principal, customerId, call);
    const { unitOfWork } = database;
    return unitOfWork.run(tenant(customerId), async () => {
      const createdAt = clock.now();
      const id = newId('prd', createdAt);
      if (webhookEndpointId != null) await this.findEndpoint(customerId, webhookEndpointId);
      const payload: PredictionJobPayload = { customerId, predictionId: id };
      const jobId = await jobs.enqueue(PREDICTION_JOB, payload, { customerId });
      await unitOfWork.repository(Prediction).insert({
        customerId,
        id,
        createdAt,
        status: PredictionStatus.QUEUED,
        principal: actorOf(principal),
        endUserId,
        deploymentId,
        jobId,
        asked: vault.sealAsked(id, { principal, requestId, ...question }),
        webhookEndpointId: webhookEndpointId ?? null,
      });
      const data = { deploymentId, endUserId, jobId };
      await events.emit({ type: PREDICTION_CREATED, customerId, subject: id, actor: principal, data });
      await signals.publish(PREDICTION_CHANNEL, { id });
      return id;
    });
  }

  /** The question must be such as the version takes that would answer now; the one that answers later checks it again. */
  private check(
    routes: RouteService,
    { customerId, deployment, question }: DurableCall,
  ): { deploymentId: string } {
    const served = routes.find(customerId, deployment, ['input', 'deployment']);
    const { version, release } = routes.hold(served, customerId);
    try {
      if ('rows' in question) planPrediction(version, question.rows);
      else if (!writesText(version)) throw wantsRows();
    } finally {
      release();
    }
    return served;
  }

  private async findEndpoint(customerId: string, id: string): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const endpoint = await unitOfWork.repository(WebhookEndpoint).findOneBy({ customerId, id });
    if (!endpoint || endpoint.removedAt !== null) throw notFound(['input', 'webhookEndpointId']);
  }
}
