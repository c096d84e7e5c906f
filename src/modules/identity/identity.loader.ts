/** Customers, end users and other identities by id, one statement a request, for fields of other modules. */
import type { Database } from '../../platform/database';
import { defineLoader, inOrder } from '../../platform/graphql';
import { ApiKey } from './api-key/api-key.entity';
import { Customer } from './customer/customer.entity';
import { EndUser } from './end-user/end-user.entity';
import { Member } from './member/member.entity';
import { Staff } from './staff/staff.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface IdentityLoaders {
  readonly customerById: Loader<Customer>;
  readonly memberById: Loader<Member>;
  readonly staffById: Loader<Staff>;
  readonly apiKeyById: Loader<ApiKey>;
  readonly endUserById: Loader<EndUser>;
  /** By a customer and its own id of the person, as one text. */
  readonly endUserByExternalId: Loader<EndUser>;
}

/** Each loader answers only what the caller's scope may see. */
export function createIdentityLoaders({ read }: Database): IdentityLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return {
    customerById: byId(Customer),
    memberById: byId(Member),
    staffById: byId(Staff),
    apiKeyById: byId(ApiKey),
    endUserById: defineLoader<string, EndUser | null>(async (ids, { scope, principal }) => {
      // An end user's token sees its own person, not the customer's other ones.
      const visible = principal.kind === 'END_USER' ? ids.filter((id) => id === principal.endUserId) : ids;
      return inOrder(
        ids,
        await read.list(EndUser, { scope, where: { id: { in: visible } } }),
        ({ id }) => id,
      );
    }),
    endUserByExternalId: defineLoader<string, EndUser | null>(async (questions, { scope }) => {
      const parts = questions.map((question) => JSON.parse(question) as [string, string]);
      const column = (at: 0 | 1): { in: string[] } => ({ in: [...new Set(parts.map((part) => part[at]))] });
      const where = { customerId: column(0), externalId: column(1) };
      const rows = await read.list(EndUser, { scope, where });
      return inOrder(questions, rows, ({ customerId, externalId }) => personQuestion(customerId, externalId));
    }),
  };
}

export function personQuestion(customerId: string, externalId: string): string {
  return JSON.stringify([customerId, externalId]);
}
