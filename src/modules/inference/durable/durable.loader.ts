/** Durable predictions, endpoints and messages by id, one statement a request, as far as the caller may see them. */
import type { Database } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { visibleTo } from '../record/inference.loader';
import { Prediction } from './prediction.entity';
import type { PredictionVault } from './prediction-vault';
import { WebhookDelivery, WebhookEndpoint } from '../webhooks/webhook-endpoint.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface DurableLoaders {
  readonly predictionById: Loader<Prediction>;
  /** Only of predictions that the caller was shown. */
  readonly outputsById: Loader<unknown>;
  readonly endpointById: Loader<WebhookEndpoint>;
  readonly deliveryById: Loader<WebhookDelivery>;
}

const ANSWERS = 'select id, answer from predictions where id = any($1) and answer is not null';

export function createDurableLoaders({ read }: Database, vault: PredictionVault): DurableLoaders {
  return {
    predictionById: defineLoader<string, Prediction | null>(async (ids, context) => {
      const where = { ...visibleTo(context), id: { in: ids } };
      return inOrder(ids, await read.list(Prediction, { scope: context.scope, where }), ({ id }) => id);
    }),
    outputsById: defineLoader<string, unknown>(async (ids, { scope }) => {
      const rows = await read.sql<{ id: string; answer: string }>(scope, 'inference.answers', ANSWERS, [ids]);
      const opened = rows.map(({ id, answer }) => ({ id, outputs: vault.openAnswer(id, answer).outputs }));
      return inOrder(ids, opened, ({ id }) => id).map((row) => row?.outputs ?? null);
    }),
    endpointById: defineLoader<string, WebhookEndpoint | null>(async (ids, context) => {
      const { customerId } = visibleTo(context);
      const where = { customerId, id: { in: ids } };
      return inOrder(ids, await read.list(WebhookEndpoint, { scope: context.scope, where }), ({ id }) => id);
    }),
    deliveryById: defineLoader<string, WebhookDelivery | null>(async (ids, context) => {
      const { customerId } = visibleTo(context);
      const where = { customerId, id: { in: ids } };
      return inOrder(ids, await read.list(WebhookDelivery, { scope: context.scope, where }), ({ id }) => id);
    }),
  };
}
