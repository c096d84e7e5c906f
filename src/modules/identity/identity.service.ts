/** Who exists: customers with their members, the operator's staff, and end users. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock';
import { invalidInput, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/id';
import type { MemberRole, Principal, StaffRole } from '../../kernel/principal';
import { type Database, type Scope, SERVICE, tenant } from '../../platform/database';
import type { Events } from '../../platform/events';
import { Customer } from './customer/customer.entity';
import { EndUser } from './end-user/end-user.entity';
import type { InvitationService } from './member/invitation.service';
import { Member } from './member/member.entity';
import { assertNoLoginAmong, insertMember, refusingTakenEmail, takeAddress } from './member/member-record';
import { hashPassword } from './session/password';
import type { SessionService, StartedSession } from './session/session.service';
import { Staff } from './staff/staff.entity';

/** What must happen in the very transaction in which a customer comes to be (billing puts it on the FREE plan). */
export interface SignUpHook {
  onSignUp(customerId: string, attribution: SignUpAttribution): Promise<void>;
}

/** How a customer says it came to the product. */
export interface SignUpAttribution {
  readonly channel?: string | null;
  readonly campaign?: string | null;
  /** Of the link in an offer to somebody who was no customer yet. */
  readonly leadToken?: string | null;
}

export interface SignUp {
  readonly organisation: string;
  readonly segment?: string | null;
  readonly email: string;
  readonly name?: string | null;
  readonly password: string;
  readonly attribution?: SignUpAttribution | null;
}

export interface CustomerChange {
  readonly name?: string | null;
  /** Null = none. */
  readonly segment?: string | null;
}

/** What the name of whoever was forgotten becomes (`EndUserStanding`). */
const ERASED_NAME = /^erased:eus_/;

export class IdentityService {
  private readonly signUpHooks: SignUpHook[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
    private readonly invitations: InvitationService,
  ) {}

  addSignUpHook(hook: SignUpHook): void {
    this.signUpHooks.push(hook);
  }

  /** Customer, owner and plan in one transaction; the owner is signed in. */
  async signUp({
    organisation,
    segment,
    email,
    name,
    password,
    attribution,
  }: SignUp): Promise<StartedSession & { customerId: string }> {
    const passwordHash = await hashPassword(password);
    return refusingTakenEmail(() =>
      this.database.unitOfWork.run(SERVICE, async () => {
        await takeAddress(this.database.unitOfWork, email);
        await assertNoLoginAmong('staff', email, this.database);
        const now = this.clock.now();
        const customerId = newId('cus', now);
        const customer = {
          id: customerId,
          name: organisation.trim(),
          segment: segment ?? null,
          channel: attribution?.channel ?? null,
          campaign: attribution?.campaign ?? null,
          createdAt: now,
        };
        await this.database.unitOfWork.repository(Customer).insert(customer);
        await this.invitations.withdraw(email, now);
        const member = await insertMember(this.database.unitOfWork, this.clock, {
          customerId,
          email,
          name: name ?? null,
          role: 'OWNER',
          passwordHash,
        });
        for (const hook of this.signUpHooks) await hook.onSignUp(customerId, attribution ?? {});
        const session = await this.sessions.start({ kind: 'MEMBER', member });
        await this.events.emit(
          {
            type: 'customer.created',
            customerId,
            subject: customerId,
            actor: session.principal,
            after: customer,
            data: { channel: customer.channel, campaign: customer.campaign, segment: customer.segment },
          },
          {
            type: 'member.created',
            customerId,
            subject: member.id,
            actor: session.principal,
            data: { role: 'OWNER' },
          },
        );
        return { ...session, customerId };
      }),
    );
  }

  /** Event: customer.updated. What is absent stays. */
  async updateCustomer(id: string, { name, segment }: CustomerChange): Promise<void> {
    const trimmed = name?.trim();
    if (trimmed === '')
      throw invalidInput(['input', 'name'], 'Give the organisation a name of 1–200 letters.', 'isLength');
    await this.database.unitOfWork.run(tenant(id), async () => {
      const customers = this.database.unitOfWork.repository(Customer);
      const before = await customers.findOneOrFail({ where: { id }, lock: { mode: 'pessimistic_write' } });
      const after = {
        name: trimmed ?? before.name,
        segment: segment === undefined ? before.segment : segment?.trim() || null,
      };
      if (after.name === before.name && after.segment === before.segment) return;
      await customers.update({ id }, after);
      const data = { segment: after.segment };
      await this.events.emit({ type: 'customer.updated', customerId: id, subject: id, before, after, data });
    });
  }

  /** Those who answer for a customer's money. */
  billingContacts(customerId: string): Promise<string[]> {
    return this.contacts(customerId, ['OWNER', 'BILLING']);
  }

  /** Those who answer for its people's data: who decides their requests. */
  privacyContacts(customerId: string): Promise<string[]> {
    return this.contacts(customerId, ['OWNER', 'ADMIN']);
  }

  /** Those who answer for the account. */
  ownerContacts(customerId: string): Promise<string[]> {
    return this.contacts(customerId, ['OWNER']);
  }

  /** Proven addresses of members of these roles; all of them where none is, for somebody must hear of it. */
  private async contacts(customerId: string, roles: readonly MemberRole[]): Promise<string[]> {
    const where = { customerId, role: { in: [...roles] }, passwordHash: { not: null } };
    const members = await this.database.read.list(Member, { scope: SERVICE, where });
    const proven = members.filter(({ emailVerifiedAt }) => emailVerifiedAt !== null);
    return (proven.length > 0 ? proven : members).map(({ email }) => email);
  }

  /** Undefined for whoever is no member any more, never accepted the invitation, or has not proven the address. */
  async memberEmail(customerId: string, id: string): Promise<string | undefined> {
    const where = { customerId, id, passwordHash: { not: null }, emailVerifiedAt: { not: null } };
    const member = await this.database.read.one(Member, {
      scope: SERVICE,
      where,
      selection: { email: true },
    });
    return member?.email;
  }

  /** Makes a staff login with a one-time password, which is answered here and never again. */
  async createStaff(
    email: string,
    role: StaffRole,
    password = randomBytes(12).toString('base64url'),
  ): Promise<{ staffId: string; password: string }> {
    const passwordHash = await hashPassword(password);
    return refusingTakenEmail(() =>
      this.database.unitOfWork.run(SERVICE, async () => {
        await takeAddress(this.database.unitOfWork, email);
        await assertNoLoginAmong('members', email, this.database);
        const now = this.clock.now();
        const staffId = newId('stf', now);
        await this.database.unitOfWork
          .repository(Staff)
          .insert({ id: staffId, email, role, passwordHash, mustChangePassword: true, createdAt: now });
        await this.events.emit({ type: 'staff.created', subject: staffId, data: { role } });
        return { staffId, password };
      }),
    );
  }

  async hasStaff(): Promise<boolean> {
    const staff = await this.database.read.list(Staff, { scope: SERVICE, limit: 1, selection: { id: true } });
    return staff.length > 0;
  }

  /** Makes the very first login, with its one-time password; false when there is staff already. */
  async createFirstStaff(email: string, password: string): Promise<boolean> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      // Processes that start together on one empty database make one login.
      await this.database.unitOfWork.sql('lock table staff in share row exclusive mode');
      if (await this.database.unitOfWork.repository(Staff).existsBy({})) return false;
      await this.createStaff(email, 'ADMIN', password);
      return true;
    });
  }

  /** The end user whom a customer knows under this id; made at the first mention. @throws AppError INVALID_INPUT. */
  async endUser(customerId: string, externalId: string): Promise<EndUser> {
    // By the name of somebody who was forgotten they would be served again; taken beforehand it would keep them from being forgotten.
    if (ERASED_NAME.test(externalId))
      throw invalidInput(
        ['input'],
        'Nobody is known by this id: it is left of a person who was forgotten.',
        'erased',
      );
    return this.database.unitOfWork.run(tenant(customerId), async () => {
      const now = this.clock.now();
      const [made] = await this.database.unitOfWork.sql<{ id: string }>(
        `insert into end_users (customer_id, id, external_id, created_at) values ($1, $2, $3, $4)
         on conflict (customer_id, external_id) do nothing returning id`,
        [customerId, newId('eus', now), externalId, now],
      );
      if (made) await this.events.emit({ type: 'end-user.created', customerId, subject: made.id });
      return this.database.unitOfWork.repository(EndUser).findOneByOrFail({ customerId, externalId });
    });
  }

  /** Finds an end user by id or external id within a scope. @throws AppError NOT_FOUND, the same for foreign, unknown and forgotten. */
  async findEndUser(
    scope: Scope,
    where: { id?: string; externalId?: string; customerId?: string },
  ): Promise<EndUser> {
    const endUser = await this.database.read.one(EndUser, { scope, where: { ...where, erasedAt: null } });
    if (!endUser) throw notFound(['input', 'endUserId']);
    return endUser;
  }
}

/** The customer in whose name a principal acts. @throws AppError NOT_FOUND for staff that names none. */
export function actingCustomer(principal: Principal, named?: string | null): string {
  if ('customerId' in principal) return principal.customerId;
  if (principal.kind === 'STAFF' && named) return named;
  throw notFound(['input', 'customerId']);
}
