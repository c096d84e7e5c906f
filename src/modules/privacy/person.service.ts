/** Whom an act concerns: the person behind the token, or the one whom the customer names. */
import { notFound } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import { tenant } from '../../platform/database';
import { actingCustomer, type EndUser, type IdentityService } from '../identity';
import { nameThePerson } from './privacy.errors';
import type { PersonInput } from './privacy.input';

export interface Person {
  readonly customerId: string;
  readonly endUserId: string;
}

export class PersonService {
  constructor(private readonly identity: IdentityService) {}

  /**
   * Whoever is named by the customer's id and was never mentioned before is made known.
   * @throws AppError NOT_FOUND, the same for unknown and foreign people; INVALID_INPUT unless exactly one is named.
   */
  concerned(principal: Principal, named: PersonInput): Promise<Person> {
    return this.find(principal, named, (customerId, externalId) =>
      this.identity.endUser(customerId, externalId),
    );
  }

  /** The same of people who are known already: about the others nothing is kept. */
  known(principal: Principal, named: PersonInput): Promise<Person> {
    return this.find(principal, named, (customerId, externalId) =>
      this.identity.findEndUser(tenant(customerId), { customerId, externalId }),
    );
  }

  private async find(
    principal: Principal,
    { endUserId, endUserExternalId }: PersonInput,
    byName: (customerId: string, externalId: string) => Promise<EndUser>,
  ): Promise<Person> {
    const customerId = actingCustomer(principal);
    if (principal.kind === 'END_USER') {
      if (endUserExternalId || (endUserId && endUserId !== principal.endUserId))
        throw notFound(['input', 'endUserId']);
      return { customerId, endUserId: principal.endUserId };
    }
    if (Boolean(endUserId) === Boolean(endUserExternalId)) throw nameThePerson();
    const endUser = endUserExternalId
      ? await byName(customerId, endUserExternalId)
      : await this.identity.findEndUser(tenant(customerId), { customerId, id: endUserId! });
    return { customerId, endUserId: endUser.id };
  }
}
