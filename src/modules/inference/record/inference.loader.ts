/** Predictions by id, and what they were about, one statement a request, as far as the caller may see them. */
import { bornAt } from '../../../kernel/id';
import type { Database, Where } from '../../../platform/database';
import { defineLoader, inOrder, type RequestContext } from '../../../platform/graphql';
import { may } from '../../identity';
import { Inference, InferenceEngine } from './inference.entity';
import type { Payload, PayloadService } from './payload.service';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface InferenceLoaders {
  readonly inferenceById: Loader<Inference>;
  readonly engineById: Loader<InferenceEngine>;
  /** Only for predictions that the caller was shown. */
  readonly payloadById: Loader<Payload>;
}

/** The first lock: a tenant's own predictions, and of these an end user's token sees its own person's alone. */
export function visibleTo({ principal }: Pick<RequestContext, 'principal'>): Where {
  return {
    customerId: 'customerId' in principal ? principal.customerId : undefined,
    endUserId: principal.kind === 'END_USER' ? principal.endUserId : undefined,
  };
}

export function createInferenceLoaders({ read }: Database, payloads: PayloadService): InferenceLoaders {
  return {
    inferenceById: defineLoader<string, Inference | null>(async (ids, context) => {
      // The time in the id tells the partition.
      const times = ids.map((id) => bornAt(id)).filter((time) => time !== undefined);
      const where = { ...visibleTo(context), id: { in: ids }, createdAt: { in: times } };
      return inOrder(ids, await read.list(Inference, { scope: context.scope, where }), ({ id }) => id);
    }),
    engineById: defineLoader<string, InferenceEngine | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(InferenceEngine, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    ),
    payloadById: defineLoader<string, Payload | null>((ids, { scope, principal }) =>
      may(principal, 'inference:payload') ? payloads.read(scope, ids) : Promise.resolve(ids.map(() => null)),
    ),
  };
}
