/** The closure that stands, of many customers in one statement. */
import { type Database } from '../../platform/database';
import { defineLoader, inOrder } from '../../platform/graphql';
import { CustomerClosure } from './customer-closure.entity';

export type ClosureLoaders = ReturnType<typeof createClosureLoaders>;

/** Answers only what the caller's scope may see. */
export function createClosureLoaders({ read }: Database) {
  return {
    closureOf: defineLoader<string, CustomerClosure | null>(async (ids, { scope }) => {
      const where = { customerId: { in: ids }, reopenedAt: null };
      return inOrder(ids, await read.list(CustomerClosure, { scope, where }), ({ customerId }) => customerId);
    }),
  };
}
