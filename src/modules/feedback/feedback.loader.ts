/** Feedback by id and by answer, one statement a request, as far as the caller may see it. */
import type { Database, Where } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder, type RequestContext } from '../../platform/graphql';
import { Feedback } from './feedback.entity';
import { FeedbackEvent } from './feedback-event.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T>>;

export interface FeedbackLoaders {
  readonly feedbackById: Loader<Feedback | null>;
  /** What stands about an answer, oldest first; what was withdrawn is left out. */
  readonly feedbackOfInference: Loader<Feedback[]>;
  readonly feedbackEventById: Loader<FeedbackEvent | null>;
}

/** The first lock: a tenant's own, and of these an end user's token sees its own person's alone. */
export function visibleTo({ principal }: Pick<RequestContext, 'principal'>): Where {
  return {
    customerId: 'customerId' in principal ? principal.customerId : undefined,
    endUserId: principal.kind === 'END_USER' ? principal.endUserId : undefined,
  };
}

export function createFeedbackLoaders({ read }: Database): FeedbackLoaders {
  return {
    feedbackById: defineLoader<string, Feedback | null>(async (ids, context) => {
      const where = { ...visibleTo(context), id: { in: ids } };
      return inOrder(ids, await read.list(Feedback, { scope: context.scope, where }), ({ id }) => id);
    }),
    feedbackOfInference: defineLoader<string, Feedback[]>(async (ids, context) => {
      const where = { ...visibleTo(context), inferenceId: { in: ids }, withdrawnAt: null };
      const orderBy = [{ property: 'id', direction: 'ASC' as const }];
      const rows = await read.list(Feedback, { scope: context.scope, where, orderBy });
      return groupedInOrder(ids, rows, ({ inferenceId }) => inferenceId!);
    }),
    feedbackEventById: defineLoader<string, FeedbackEvent | null>(async (ids, context) => {
      const { customerId, endUserId } = visibleTo(context);
      // A person's own steps are reached through their feedback: a step does not know whose it is.
      if (endUserId !== undefined) return ids.map(() => null);
      const where = { customerId, id: { in: ids } };
      return inOrder(ids, await read.list(FeedbackEvent, { scope: context.scope, where }), ({ id }) => id);
    }),
  };
}
