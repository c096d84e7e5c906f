/** Who exists: customers with their members, the operator's staff, and end users. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/id';
import type { MemberRole, Principal, StaffPrincipal, StaffRole } from '../../kernel/principal';
import type { Crypto } from '../../platform/crypto';
import { type Database, type Scope, SERVICE, sqlState, tenant } from '../../platform/database';
import type { Events } from '../../platform/events';
import type { Mail } from '../../platform/mail';
import { Customer } from './customer.entity';
import { EndUser } from './end-user.entity';
import { emailTaken, wrongCredentials } from './identity.errors';
import { Member } from './member.entity';
import { hashPassword, passwordMatches } from './password';
import type { SessionService, StartedSession } from './session.service';
import { Staff } from './staff.entity';

const INVITATION_DAYS = 7;
const UNIQUE_VIOLATION = '23505';

/** What must happen in the very transaction in which a customer comes to be (billing puts it on the FREE plan). */
export interface SignUpHook {
  onSignUp(customerId: string): Promise<void>;
}

export interface SignUp {
  readonly organisation: string;
  readonly segment?: string | null;
  readonly email: string;
  readonly name?: string | null;
  readonly password: string;
}

export class IdentityService {
  private readonly signUpHooks: SignUpHook[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly mail: Mail,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
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
  }: SignUp): Promise<StartedSession & { customerId: string }> {
    const passwordHash = await hashPassword(password);
    return refusingTakenEmail(() =>
      this.database.unitOfWork.run(SERVICE, async () => {
        const now = this.clock.now();
        const customerId = newId('cus', now);
        const customer = {
          id: customerId,
          name: organisation.trim(),
          segment: segment ?? null,
          createdAt: now,
        };
        await this.database.unitOfWork.repository(Customer).insert(customer);
        const member = await this.insertMember({
          customerId,
          email,
          name: name ?? null,
          role: 'OWNER',
          passwordHash,
        });
        for (const hook of this.signUpHooks) await hook.onSignUp(customerId);
        const session = await this.sessions.start({ kind: 'MEMBER', member });
        await this.events.emit(
          {
            type: 'customer.created',
            customerId,
            subject: customerId,
            actor: session.principal,
            after: customer,
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

  /** The invited person gets a link by mail and chooses a password. */
  async inviteMember(
    customerId: string,
    email: string,
    role: MemberRole,
    name: string | null,
  ): Promise<string> {
    if (role === 'OWNER')
      throw invalidInput(['input', 'role'], 'An account has one owner. Choose another role.', 'role');
    const member = await refusingTakenEmail(() =>
      this.database.unitOfWork.run(tenant(customerId), async () => {
        const invited = await this.insertMember({ customerId, email, name, role, passwordHash: null });
        await this.events.emit({ type: 'member.invited', customerId, subject: invited.id, data: { role } });
        return invited;
      }),
    );
    const token = this.invitationToken(
      member.id,
      new Date(this.clock.millis() + INVITATION_DAYS * 86_400_000),
    );
    await this.mail.send({
      to: member.email,
      subject: 'You are invited to Flywheel',
      text: `Accept within ${INVITATION_DAYS} days with this invitation token: ${token}`,
    });
    return member.id;
  }

  /** Addresses of those who answer for a customer's money. */
  async billingContacts(customerId: string): Promise<string[]> {
    const role = { in: ['OWNER', 'BILLING'] };
    const where = { customerId, role, passwordHash: { not: null } };
    const members = await this.database.read.list(Member, { scope: SERVICE, where });
    return members.map(({ email }) => email);
  }

  async acceptInvitation(token: string, password: string): Promise<StartedSession> {
    const memberId = this.readInvitation(token);
    if (!memberId)
      throw invalidInput(
        ['input', 'token'],
        'This invitation is not valid any more. Ask for a new one.',
        'token',
      );
    const passwordHash = await hashPassword(password);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const members = this.database.unitOfWork.repository(Member);
      const member = await members.findOne({ where: { id: memberId }, lock: { mode: 'pessimistic_write' } });
      if (!member) throw notFound(['input', 'token']);
      if (member.passwordHash)
        throw conflict('This invitation was accepted already. Sign in.', ['input', 'token']);
      await members.update({ id: memberId }, { passwordHash });
      const session = await this.sessions.start({ kind: 'MEMBER', member });
      const { customerId } = member;
      await this.events.emit({
        type: 'member.joined',
        customerId,
        subject: memberId,
        actor: session.principal,
      });
      return session;
    });
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

  /** Staff changes its password; every other sign-in of this login ends. */
  async changeStaffPassword(
    { staffId }: StaffPrincipal,
    current: string,
    next: string,
  ): Promise<StartedSession> {
    const staff = await this.database.unitOfWork.run(SERVICE, () =>
      this.database.unitOfWork.repository(Staff).findOneBy({ id: staffId }),
    );
    if (!(await passwordMatches(staff?.passwordHash, current)) || !staff) throw wrongCredentials();
    if (current === next)
      throw invalidInput(['input', 'next'], 'Choose a password other than the present one.', 'changed');
    const passwordHash = await hashPassword(next);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const changed = { passwordHash, mustChangePassword: false };
      await this.database.unitOfWork.repository(Staff).update(staffId, changed);
      await this.sessions.revokeAll(staffId, 'password changed');
      await this.events.emit({ type: 'staff.password-changed', subject: staffId });
      return this.sessions.start({ kind: 'STAFF', staff: { ...staff, ...changed } });
    });
  }

  /** The end user whom a customer knows under this id; made at the first mention. */
  async endUser(customerId: string, externalId: string): Promise<EndUser> {
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

  /** Finds an end user by id or external id within a scope. @throws AppError NOT_FOUND, the same for foreign and unknown. */
  async findEndUser(
    scope: Scope,
    where: { id?: string; externalId?: string; customerId?: string },
  ): Promise<EndUser> {
    const endUser = await this.database.read.one(EndUser, { scope, where });
    if (!endUser) throw notFound(['input', 'endUserId']);
    return endUser;
  }

  private async insertMember(
    fields: Pick<Member, 'customerId' | 'email' | 'name' | 'role' | 'passwordHash'>,
  ): Promise<Member> {
    const now = this.clock.now();
    const members = this.database.unitOfWork.repository(Member);
    const member = members.create({
      ...fields,
      email: fields.email.trim(),
      id: newId('mem', now),
      createdAt: now,
    });
    await members.insert(member);
    return member;
  }

  private invitationToken(memberId: string, expiresAt: Date): string {
    const text = `${memberId}.${expiresAt.getTime()}`;
    return `${text}.${this.crypto.mac('invitation', text)}`;
  }

  private readInvitation(token: string): string | undefined {
    const [memberId = '', expiry = '', mac = ''] = token.split('.');
    const valid =
      this.crypto.verifyMac('invitation', `${memberId}.${expiry}`, mac) &&
      Number(expiry) > this.clock.millis();
    return valid ? memberId : undefined;
  }
}

async function refusingTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) throw emailTaken();
    throw error;
  }
}

/** The customer in whose name a principal acts. @throws AppError NOT_FOUND for staff that names none. */
export function actingCustomer(principal: Principal, named?: string | null): string {
  if ('customerId' in principal) return principal.customerId;
  if (principal.kind === 'STAFF' && named) return named;
  throw notFound(['input', 'customerId']);
}
