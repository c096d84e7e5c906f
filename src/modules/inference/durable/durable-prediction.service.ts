/**
 * Accepts predictions for later: whatever is acknowledged is stored, together with the job that will run it, in one
 * transaction. Faults of the input are told at once, before anything is stored.
 */
import type { Clock } from '../../../kernel/clock';
import { type AppError, AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { type CustomerTerms, type MeteringService, PlanFeature, type PricingService } from '../../billing';
import type { RefusedInputs, RouteService } from '../../deployments';
import type { BatchingService } from '../batching/batching.service';
import type { EndUserDirectory, NamedEndUser } from '../prediction/end-user-directory';
import { checkPlan, wantsRows } from '../inference.errors';
import { planPrediction, requestsFor } from '../prediction/model-work';
import { writesText } from '../../models';
import { ServiceClass } from '../service-class';
import type { DeferredPredictions } from './deferred-predictions.service';
import { Prediction, PredictionStatus } from './prediction.entity';
import { PREDICTION_CHANNEL, PREDICTION_CREATED } from './prediction-events';
import { PREDICTION_JOB, type PredictionJobPayload } from './prediction.job';
import type { PredictionVault, Question } from './prediction-vault';
import { WebhookEndpoint } from '../webhooks/webhook-endpoint.entity';

export interface DurableCall extends NamedEndUser {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  /** Id or name. */
  readonly deployment: string;
  readonly question: Question;
  readonly webhookEndpointId?: string | null;
  /** STANDARD unless told otherwise. */
  readonly serviceClass?: ServiceClass;
  /** For ECONOMY; an hour unless told otherwise. */
  readonly completeWithinMs?: number | null;
}

const COMPLETE_WITHIN_MS = 3_600_000;

export interface DurableDoors {
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly routes: RouteService;
  readonly refused: Pick<RefusedInputs, 'add'>;
  readonly endUsers: EndUserDirectory;
  readonly vault: PredictionVault;
  readonly batching: Pick<BatchingService, 'expectedMs'>;
  readonly deferred: Pick<DeferredPredictions, 'admit'>;
  readonly metering: Pick<MeteringService, 'assertLeft'>;
  readonly pricing: Pick<PricingService, 'termsOf'>;
}

export class DurablePredictionService {
  constructor(private readonly doors: DurableDoors) {}

  /**
   * Answers the id, once it is stored. @throws AppError(s) as `predict` would now. What is accepted has reserved nothing: it takes
   * its part of the quota when it is done, and fails where none is left then.
   */
  async create(call: DurableCall): Promise<string> {
    const { database, events, signals, jobs, clock, routes, endUsers, vault } = this.doors;
    const { principal, requestId, customerId, question, webhookEndpointId } = call;
    const terms = await this.doors.pricing.termsOf(customerId);
    const { deploymentId, deviceMs, requests } = this.check(routes, call, terms);
    await this.doors.metering.assertLeft(customerId, requests);
    const deferral = await this.deferralOf(call, deviceMs);
    const endUserId = await endUsers.resolve(call);
    const { unitOfWork } = database;
    return unitOfWork.run(tenant(customerId), async () => {
      const createdAt = clock.now();
      const id = newId('prd', createdAt);
      if (webhookEndpointId != null) await this.findEndpoint(customerId, webhookEndpointId);
      const { serviceClass } = deferral;
      const payload: PredictionJobPayload = { customerId, predictionId: id, serviceClass };
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
        ...deferral,
        asked: vault.sealAsked(id, { principal, requestId, ...question }),
        webhookEndpointId: webhookEndpointId ?? null,
      });
      const data = { deploymentId, endUserId, jobId };
      await events.emit({ type: PREDICTION_CREATED, customerId, subject: id, actor: principal, data });
      await signals.publish(PREDICTION_CHANNEL, { id });
      return id;
    });
  }

  /**
   * The question must be such as the version takes that would answer now, be it one that stands in; the one that answers later checks
   * it again.
   */
  private check(
    routes: RouteService,
    { customerId, deployment, question }: DurableCall,
    terms: CustomerTerms,
  ): { deploymentId: string; deviceMs: number; requests: number } {
    const { refused } = this.doors;
    const path = ['input', 'deployment'];
    const chain = routes.chain(customerId, deployment, path);
    const [deploymentId] = chain;
    const served = routes.find(customerId, chain.find((id) => routes.isServed(id)) ?? deploymentId, path);
    const { version, release } = routes.hold(served, customerId);
    try {
      if ('rows' in question) {
        checkPlan(terms, version);
        const { rows } = planPrediction(version, question.rows);
        const deviceMs = this.doors.batching.expectedMs(version.id, rows);
        return { deploymentId, deviceMs, requests: requestsFor(rows) };
      }
      if (!writesText(version)) throw wantsRows();
      checkPlan(terms, version, PlanFeature.TEXT_GENERATION);
      return { deploymentId, deviceMs: 0, requests: 1 };
    } catch (error) {
      if (error instanceof AppErrors && 'rows' in question)
        refused.add(served.deploymentId, version, error, question.rows);
      throw error;
    } finally {
      release();
    }
  }

  /** @throws AppError DEADLINE_UNREACHABLE when it cannot be promised. */
  private async deferralOf(
    { serviceClass = ServiceClass.STANDARD, completeWithinMs }: DurableCall,
    deviceMs: number,
  ): Promise<Pick<Prediction, 'serviceClass' | 'completeBy' | 'expectedMs'>> {
    if (serviceClass === ServiceClass.STANDARD) {
      if (completeWithinMs != null) throw onlyForEconomy();
      return { serviceClass, completeBy: null, expectedMs: null };
    }
    const { deferred, clock } = this.doors;
    const completeBy = new Date(clock.millis() + (completeWithinMs ?? COMPLETE_WITHIN_MS));
    return { serviceClass, completeBy, expectedMs: await deferred.admit(deviceMs, completeBy) };
  }

  private async findEndpoint(customerId: string, id: string): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const endpoint = await unitOfWork.repository(WebhookEndpoint).findOneBy({ customerId, id });
    if (!endpoint || endpoint.removedAt !== null) throw notFound(['input', 'webhookEndpointId']);
    if (!endpoint.enabled) throw switchedOff();
  }
}

function onlyForEconomy(): AppError {
  const message =
    'A deadline is promised to ECONOMY alone; what is STANDARD takes its turn at once. Leave it out.';
  return invalidInput(['input', 'completeWithinMs'], message, 'economy');
}

function switchedOff(): AppError {
  const message =
    'This endpoint is switched off. Switch it on with webhookEndpointUpdate, or leave it out and poll.';
  return invalidInput(['input', 'webhookEndpointId'], message, 'enabled');
}
