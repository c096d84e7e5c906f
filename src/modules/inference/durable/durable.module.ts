/** Builds durable predictions and their webhooks, out of the parts that they share with the path of a prediction. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../../platform/module';
import type { MeteringService, PricingService } from '../../billing';
import type { RefusedInputs, RouteService } from '../../deployments';
import { type CustomerStanding, may, type Permission } from '../../identity';
import type { Attendance } from '../batching/attendance';
import type { BatchingService } from '../batching/batching.service';
import type { EndUserDirectory } from '../prediction/end-user-directory';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import type { InferenceLoaders } from '../record/inference.loader';
import type { AnswerKeeper } from '../record/kept-answer';
import type { PredictionService } from '../prediction/prediction.service';
import type { GenerationService } from '../generation/generation.service';
import type { KeptTexts } from '../generation/kept-texts';
import { DeferredPredictions } from './deferred-predictions.service';
import { createDurableLoaders, type DurableLoaders } from './durable.loader';
import { DurablePredictionService } from './durable-prediction.service';
import { Prediction } from './prediction.entity';
import { predictionJob } from './prediction.job';
import { PredictionOutcomes } from './prediction-outcome.service';
import { PredictionResolver } from './prediction.resolver';
import type { PredictionVault } from './prediction-vault';
import { WebhookDelivery, WebhookEndpoint } from '../webhooks/webhook-endpoint.entity';
import { WebhookNews } from '../webhooks/webhook-news';
import { WebhookSender } from '../webhooks/webhook-sender';
import { WebhookDeliveries } from '../webhooks/webhook-delivery.service';
import { WebhookDeliveryResolver } from '../webhooks/webhook-delivery.resolver';
import { WebhookReplays } from '../webhooks/webhook-replay.service';
import { WebhookSecrets } from '../webhooks/webhook-secrets';
import { WebhookEndpointResolver } from '../webhooks/webhook.resolver';
import { WebhookService } from '../webhooks/webhook.service';

export const durableEntities = [Prediction, WebhookEndpoint, WebhookDelivery];

export interface DurableShared {
  readonly routes: RouteService;
  readonly refused: Pick<RefusedInputs, 'add'>;
  readonly endUsers: EndUserDirectory;
  readonly customers: Pick<CustomerStanding, 'isOpen'>;
  readonly predictions: PredictionService;
  readonly generations: GenerationService;
  readonly texts: KeptTexts;
  readonly vault: PredictionVault;
  readonly batching: Pick<BatchingService, 'expectedMs'>;
  readonly attendance: Attendance;
  readonly metering: Pick<MeteringService, 'assertLeft'>;
  readonly pricing: Pick<PricingService, 'termsOf'>;
  readonly tokens: FeedbackTokenService;
  readonly loaders: InferenceLoaders;
}

type Parts = Required<
  Pick<ModuleManifest, 'resolvers' | 'nodes' | 'jobs' | 'subscribers' | 'personalData' | 'retention'>
> & {
  readonly answers: AnswerKeeper;
  readonly deferred: DeferredPredictions;
};

export function createDurable(
  { config, database, events, signals, jobs, clock, crypto, log, tracer }: Platform,
  {
    routes,
    refused,
    endUsers,
    customers,
    predictions,
    generations,
    texts,
    vault,
    batching,
    attendance,
    metering,
    pricing,
    tokens,
    loaders: inferences,
  }: DurableShared,
): Parts {
  const open = !config.production;
  const sender = new WebhookSender(open, undefined, tracer);
  const secrets = new WebhookSecrets(crypto);
  const webhooks = new WebhookService({ database, events, clock, secrets, open });
  const deliveries = new WebhookDeliveries({ database, jobs, clock, secrets, sender, customers });
  const replays = new WebhookReplays({ database, events, clock, deliveries });
  const outcomes = new PredictionOutcomes({ database, events, signals, clock, vault });
  const works = config.workers > 0;
  const deferred = new DeferredPredictions({ database, jobs, clock, log, attendance, works });
  const doors = {
    database,
    events,
    signals,
    jobs,
    clock,
    routes,
    refused,
    endUsers,
    vault,
    batching,
    deferred,
    metering,
    pricing,
  };
  const durable = new DurablePredictionService(doors);
  const loaders = createDurableLoaders(database, vault);
  const node = (
    prefix: NodeSource['prefix'],
    permission: Permission,
    loader: Exclude<keyof DurableLoaders, 'outputsById'>,
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, permission),
    load: async (ids, context) =>
      (await loaders[loader](context).loadMany([...ids])).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    answers: outcomes,
    deferred,
    resolvers: [
      new PredictionResolver(database, durable, loaders, inferences, tokens),
      new WebhookEndpointResolver(database, webhooks),
      new WebhookDeliveryResolver(database, replays, loaders),
    ],
    nodes: [
      node('prd', 'inference:read', 'predictionById'),
      node('whe', 'webhook:read', 'endpointById'),
      node('whd', 'webhook:read', 'deliveryById'),
    ],
    jobs: [
      predictionJob({ predictions, generations, outcomes, deferred, texts, vault }),
      deliveries.jobs(),
      outcomes.retention(),
    ] as JobDefinition<never>[],
    subscribers: [new WebhookNews(database, deliveries).subscriber()],
    retention: [
      {
        table: 'webhook_deliveries',
        goes: 'whether a message reached an endpoint',
        days: 90,
        key: ['customer_id', 'id'],
        over: 'finished_at < $1',
        emptied: null,
      },
    ],
    personalData: [
      {
        table: 'predictions',
        holds: 'what was asked for later about the person, and the answer or the text, both sealed',
        kept: 'what was asked until it is answered, the answer for a day; that it was asked for as long as its bill',
        copy: {
          columns: {
            id: 'id',
            createdAt: 'created_at',
            status: 'status',
            deploymentId: 'deployment_id',
            inferenceId: 'inference_id',
            asked: 'asked',
            answer: 'answer',
            finishedAt: 'finished_at',
          },
          order: ['id'],
          open: (row) => vault.copyOf(row),
        },
        forget: [
          `update predictions set asked = null, answer = null, answer_until = null,
              finished_at = case when status in ('QUEUED', 'RUNNING') then now() else finished_at end,
              status = case when status in ('QUEUED', 'RUNNING') then 'CANCELLED' else status end
            where customer_id = $1 and end_user_id = $2
              and (asked is not null or answer is not null or status in ('QUEUED', 'RUNNING'))`,
        ],
      },
    ],
  };
}
