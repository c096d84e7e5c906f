/** Whom an act concerns: the person behind the token, or the one whom the customer names. */
import { notFound } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import { tenant } from '../../platform/database';
import { actingCustomer, type IdentityService } from '../identity';
import { nameThePerson } from './privacy.errors';
import type { PersonInput } from './privacy.input';

export interface Person {
  readonly customerId: string;
  readonly endUserId: string;
}

export class PersonService {
  constructor(private readonly identity: IdentityService) {}

  /** @throws AppError NOT_FOUND, the same for unknown and foreign people; INVALID_INPUT unless exactly one is named. */
  async concerned(principal: Principal, { endUserId, endUserExternalId }: PersonInput): Promise<Person> {
    const customerId = actingCustomer(principal);
    if (principal.kind === 'END_USER') {
      if (endUserExternalId || (endUserId && endUserId !== principal.endUserId))
        throw notFound(['input', 'endUserId']);
      return { customerId, endUserId: principal.endUserId };
    }
    if (Boolean(endUserId) === Boolean(endUserExternalId)) throw nameThePerson();
    const endUser = endUserExternalId
      ? await this.identity.endUser(customerId, endUserExternalId)
      : await this.identity.findEndUser(tenant(customerId), { customerId, id: endUserId! });
    return { customerId, endUserId: endUser.id };
  }
}
