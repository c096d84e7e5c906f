/** Whose the object of an incident is: what went wrong with something of a customer's own is no other customer's business. */
import { prefixOf } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import { Deployment } from '../../deployments';
import { Customer } from '../../identity';
import { Model, ModelVersion } from '../../models';

const OWNED = { dep: Deployment, mdl: Model, mdv: ModelVersion } as const;

/** Null for what is the house's own, and for what nobody knows. */
export async function ownerOf(subjectId: string, { read }: Pick<Database, 'read'>): Promise<string | null> {
  const prefix = prefixOf(subjectId);
  const question = { scope: SERVICE, where: { id: subjectId } };
  if (prefix === 'cus') return (await read.one(Customer, question))?.id ?? null;
  const entity = OWNED[prefix as keyof typeof OWNED] as typeof Deployment | undefined;
  return (entity && (await read.one(entity, question))?.customerId) ?? null;
}
