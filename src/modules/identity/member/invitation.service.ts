/**
 * Invitations: a login without a password, and a letter by which the person chooses one; of members and of staff alike. Who was
 * never in has no account, so that an address is not taken by the invitation of a customer: it may be sent again, and whoever
 * signs up themselves, or is invited by somebody else once it has lapsed, takes its place.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { prefixOf } from '../../../kernel/id';
import type { MemberRole } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Mail } from '../../../platform/mail';
import { Member } from './member.entity';
import { type AccountLinks, invitationLetter } from '../recovery/account-mails';
import { assertNoLoginAmong, insertMember, refusingTakenEmail, takeAddress } from './member-record';
import { hashPassword } from '../session/password';
import type { SessionService, StartedSession } from '../session/session.service';
import { Staff } from '../staff/staff.entity';

const INVITATION_DAYS = 7;
const DAY_MS = 86_400_000;

export interface Invitation {
  readonly email: string;
  readonly role: MemberRole;
  readonly name: string | null;
}

/** A login that has no password yet. */
interface Invited {
  readonly id: string;
  /** Absent for staff. */
  readonly customerId?: string;
  readonly email: string;
  /** When the person was invited last. */
  readonly createdAt: Date;
}

export class InvitationService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly mail: Mail,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
    private readonly links: AccountLinks,
  ) {}

  /** The invited person gets a link by mail and chooses a password; who is invited again gets a new one. Answers the member's id. */
  async invite(customerId: string, invitation: Invitation): Promise<string> {
    const { role, email } = invitation;
    if (role === 'OWNER')
      throw invalidInput(
        ['input', 'role'],
        'Nobody is invited as an owner: an owner makes one of a member who has come. Choose another role.',
        'role',
      );
    await this.withdraw(email, new Date(this.clock.millis() - INVITATION_DAYS * DAY_MS), customerId);
    return refusingTakenEmail(() =>
      this.database.unitOfWork.run(tenant(customerId), async () => {
        const { unitOfWork } = this.database;
        await takeAddress(unitOfWork, email);
        await assertNoLoginAmong('staff', email, this.database);
        const invited =
          (await this.renewed(customerId, invitation)) ??
          (await insertMember(unitOfWork, this.clock, { customerId, ...invitation, passwordHash: null }));
        await this.events.emit({ type: 'member.invited', customerId, subject: invited.id, data: { role } });
        await this.send(invited, invited.createdAt);
        return invited.id;
      }),
    );
  }

  /** The link of an invitation that has not lapsed, once more: whoever was never in has no password to forget. In the open unit of work. */
  async sendAgain(id: string, askedAt: Date): Promise<void> {
    const { unitOfWork } = this.database;
    const invited =
      prefixOf(id) === 'stf'
        ? await unitOfWork.repository(Staff).findOneBy({ id })
        : await unitOfWork.repository(Member).findOneBy({ id });
    if (invited) await this.send(invited, askedAt);
  }

  /** The letter by which the owner of a login without a password, a member or staff, chooses one. In the open unit of work. */
  async send(invited: Invited, askedAt: Date): Promise<void> {
    const { id, customerId, email, createdAt } = invited;
    const until = new Date(createdAt.getTime() + INVITATION_DAYS * DAY_MS);
    const letter = invitationLetter(
      this.links.to(id, 'invitation', this.tokenOf(id, until)),
      until.toISOString(),
    );
    const about = `invitation ${id} ${askedAt.toISOString()}`;
    await this.mail.send({ about, to: email, ...letter }, { customerId, until });
  }

  async accept(token: string, password: string): Promise<StartedSession> {
    const id = this.read(token);
    if (!id) throw lapsed();
    const passwordHash = await hashPassword(password);
    return this.database.unitOfWork.run(SERVICE, () =>
      prefixOf(id) === 'stf' ? this.staffJoins(id, passwordHash) : this.memberJoins(id, passwordHash),
    );
  }

  /** Takes one back that nobody has accepted. @throws AppError NOT_FOUND, or CONFLICT for whoever has come. */
  async withdrawOne(customerId: string, id: string): Promise<void> {
    await this.database.unitOfWork.run(tenant(customerId), async () => {
      const members = this.database.unitOfWork.repository(Member);
      const lock = { mode: 'pessimistic_write' } as const;
      const member = await members.findOne({ where: { customerId, id }, lock });
      if (!member || member.removedAt) throw notFound(['input', 'id']);
      if (member.passwordHash) throw conflict('This member has come. Remove them instead.', ['input', 'id']);
      await members.delete({ customerId, id });
      await this.events.emit({ type: 'member.invitation-withdrawn', customerId, subject: id });
    });
  }

  private async memberJoins(memberId: string, passwordHash: string): Promise<StartedSession> {
    const members = this.database.unitOfWork.repository(Member);
    const member = await members.findOne({ where: { id: memberId }, lock: { mode: 'pessimistic_write' } });
    if (!member || member.removedAt) throw lapsed();
    if (member.passwordHash) throw accepted();
    // The invitation went to this address.
    await members.update({ id: memberId }, { passwordHash, emailVerifiedAt: this.clock.now() });
    const session = await this.sessions.start({ kind: 'MEMBER', member: { ...member, passwordHash } });
    await this.events.emit({
      type: 'member.joined',
      customerId: member.customerId,
      subject: memberId,
      actor: session.principal,
    });
    return session;
  }

  private async staffJoins(staffId: string, passwordHash: string): Promise<StartedSession> {
    const all = this.database.unitOfWork.repository(Staff);
    const staff = await all.findOne({ where: { id: staffId }, lock: { mode: 'pessimistic_write' } });
    if (!staff || staff.deactivatedAt) throw lapsed();
    if (staff.passwordHash) throw accepted();
    await all.update({ id: staffId }, { passwordHash });
    const session = await this.sessions.start({ kind: 'STAFF', staff: { ...staff, passwordHash } });
    await this.events.emit({ type: 'staff.joined', subject: staffId, actor: session.principal });
    return session;
  }

  /** Takes back the invitations of an address that nobody has accepted and that were sent before an instant, but for this customer's. */
  async withdraw(email: string, before: Date, but: string | null = null): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const gone = await this.database.unitOfWork.sql<{ customerId: string; id: string }>(
        `delete from members where lower(email) = lower($1) and password_hash is null and removed_at is null and created_at <= $2
           and customer_id is distinct from $3
         returning customer_id as "customerId", id`,
        [email.trim(), before, but],
      );
      for (const { customerId, id } of gone)
        await this.events.emit({ type: 'member.invitation-withdrawn', customerId, subject: id });
    });
  }

  /** The member whom this customer has invited before and who has not come, as invited now. */
  private async renewed(customerId: string, { email, role, name }: Invitation): Promise<Member | undefined> {
    const members = this.database.unitOfWork.repository(Member);
    const member = await members
      .createQueryBuilder('member')
      .where('member.customer_id = :customerId and lower(member.email) = lower(:email)', {
        customerId,
        email: email.trim(),
      })
      .andWhere('member.password_hash is null')
      .setLock('pessimistic_write')
      .getOne();
    if (!member) return undefined;
    const changed = { role, name: name ?? member.name, createdAt: this.clock.now() };
    await members.update({ customerId, id: member.id }, changed);
    return members.create({ ...member, ...changed });
  }

  private tokenOf(id: string, expiresAt: Date): string {
    const text = `${id}.${expiresAt.getTime()}`;
    return `${text}.${this.crypto.mac('invitation', text)}`;
  }

  private read(token: string): string | undefined {
    const [id = '', expiry = '', mac = ''] = token.split('.');
    const valid =
      this.crypto.verifyMac('invitation', `${id}.${expiry}`, mac) && Number(expiry) > this.clock.millis();
    return valid ? id : undefined;
  }
}

function accepted(): Error {
  return conflict('This invitation was accepted already. Sign in.', ['input', 'token']);
}

function lapsed(): Error {
  const message = 'This invitation is not valid any more. Ask for a new one.';
  return invalidInput(['input', 'token'], message, 'token');
}
