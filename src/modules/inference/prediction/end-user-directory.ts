/**
 * Who a prediction concerns, from memory: end users are named by the customer's id for them or by ours, and neither
 * changes until a person is forgotten. The first mention of a person costs a statement, the next ones nothing. Nobody is
 * found who asked that data about them not be used.
 */
import { notFound } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { tenant } from '../../../platform/database';
import { requestScope } from '../../../platform/events';
import type { CustomerStanding, EndUserStanding, IdentityService } from '../../identity';
import { oneEndUser } from '../inference.errors';

export interface NamedEndUser {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  readonly endUserId?: string | null;
  readonly endUserExternalId?: string | null;
}

const CAPACITY = 50_000;

export class EndUserDirectory {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly identity: IdentityService,
    private readonly standing: Pick<EndUserStanding, 'require' | 'isErased'>,
    private readonly customers: Pick<CustomerStanding, 'require'>,
  ) {}

  /**
   * The end user's id; null when the call names none. @throws AppError NOT_FOUND for foreign and unknown ids alike,
   * PROCESSING_RESTRICTED; ACCOUNT_CLOSING, also of what was asked before the customer closed and is worked on now.
   */
  async resolve(named: NamedEndUser): Promise<string | null> {
    this.customers.require(named.customerId);
    const id = await this.find(named);
    if (id !== null) this.standing.require(id);
    return id;
  }

  private async find(named: NamedEndUser): Promise<string | null> {
    const { principal, requestId, customerId, endUserId, endUserExternalId } = named;
    if (endUserId != null && endUserExternalId != null) throw oneEndUser();
    if (principal.kind === 'END_USER') return this.own(principal.endUserId, named);
    if (endUserId != null)
      return this.remembered(customerId, `id ${endUserId}`, () => this.byId(customerId, endUserId));
    if (endUserExternalId == null) return null;
    // A prediction carries no actor; the first mention of a person is a write, and tells who made it.
    return this.remembered(customerId, `external ${endUserExternalId}`, () =>
      requestScope.run({ requestId, principal }, async () => {
        return (await this.identity.endUser(customerId, endUserExternalId)).id;
      }),
    );
  }

  /** An end user's token speaks for its own person alone; whoever else it names does not exist for it. */
  private async own(
    own: string,
    { customerId, endUserId, endUserExternalId }: NamedEndUser,
  ): Promise<string> {
    const path = ['input', endUserId != null ? 'endUserId' : 'endUserExternalId'];
    if (endUserId != null && endUserId !== own) throw notFound(path);
    if (endUserExternalId != null) {
      const where = { customerId, externalId: endUserExternalId, id: own };
      await this.identity.findEndUser(tenant(customerId), where);
    }
    return own;
  }

  private async byId(customerId: string, id: string): Promise<string> {
    return (await this.identity.findEndUser(tenant(customerId), { customerId, id })).id;
  }

  private async remembered(customerId: string, name: string, find: () => Promise<string>): Promise<string> {
    const key = `${customerId} ${name}`;
    const known = this.known.get(key);
    if (known !== undefined && !this.standing.isErased(known)) return known;
    const id = await find();
    if (this.known.size >= CAPACITY) this.known.delete(this.known.keys().next().value!);
    this.known.set(key, id);
    return id;
  }
}
