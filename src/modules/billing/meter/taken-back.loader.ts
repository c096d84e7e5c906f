/** What of reversed charges is left, of many customers in one statement; each caller only what its scope may see. */
import { defineLoader } from '../../../platform/graphql';
import type { ChargeLeft, TakenBackRepository } from './taken-back.repository';

export type ChargesLeftLoader = ReturnType<typeof createChargesLeftLoader>;

export function createChargesLeftLoader(takenBack: Pick<TakenBackRepository, 'left'>) {
  return defineLoader<string, ChargeLeft[]>(async (customerIds, { scope }) => {
    const left = await takenBack.left(customerIds, scope);
    return customerIds.map((id) => left.filter(({ customerId }) => customerId === id));
  });
}
