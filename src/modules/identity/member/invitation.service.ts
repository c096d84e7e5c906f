/**
 * Invitations: a member without a password, and a link by mail to choose one. Who was never in has no account, so that an
 * address is not taken by an invitation: it may be sent again, and whoever signs up themselves, or is invited by somebody
 * else once it has lapsed, takes its place.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput } from '../../../kernel/errors';
import type { MemberRole } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Mail } from '../../../platform/mail';
import { Member } from './member.entity';
import { assertNoLoginAmong, insertMember, refusingTakenEmail } from './member-record';
import { hashPassword } from '../session/password';
import type { SessionService, StartedSession } from '../session/session.service';

const INVITATION_DAYS = 7;
const DAY_MS = 86_400_000;

export interface Invitation {
  readonly email: string;
  readonly role: MemberRole;
  readonly name: string | null;
}

export class InvitationService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly mail: Mail,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
  ) {}

  /** The invited person gets a link by mail and chooses a password; who is invited again gets a new one. Answers the member's id. */
  async invite(customerId: string, invitation: Invitation): Promise<string> {
    const { role, email } = invitation;
    if (role === 'OWNER')
      throw invalidInput(['input', 'role'], 'An account has one owner. Choose another role.', 'role');
    await assertNoLoginAmong('staff', email, this.database);
    await this.withdraw(email, new Date(this.clock.millis() - INVITATION_DAYS * DAY_MS), customerId);
    const member = await refusingTakenEmail(() =>
      this.database.unitOfWork.run(tenant(customerId), async () => {
        const { unitOfWork } = this.database;
        const invited =
          (await this.renewed(customerId, invitation)) ??
          (await insertMember(unitOfWork, this.clock, { customerId, ...invitation, passwordHash: null }));
        await this.events.emit({ type: 'member.invited', customerId, subject: invited.id, data: { role } });
        return invited;
      }),
    );
    const until = new Date(this.clock.millis() + INVITATION_DAYS * DAY_MS);
    const token = this.tokenOf(member.id, until);
    await this.mail.send({
      about: `invitation ${member.id} ${until.toISOString()}`,
      to: member.email,
      subject: 'You are invited to Flywheel',
      text: `Accept within ${INVITATION_DAYS} days with this invitation token: ${token}`,
    });
    return member.id;
  }

  async accept(token: string, password: string): Promise<StartedSession> {
    const memberId = this.read(token);
    if (!memberId) throw lapsed();
    const passwordHash = await hashPassword(password);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const members = this.database.unitOfWork.repository(Member);
      const member = await members.findOne({ where: { id: memberId }, lock: { mode: 'pessimistic_write' } });
      if (!member) throw lapsed();
      if (member.passwordHash)
        throw conflict('This invitation was accepted already. Sign in.', ['input', 'token']);
      await members.update({ id: memberId }, { passwordHash });
      const session = await this.sessions.start({ kind: 'MEMBER', member: { ...member, passwordHash } });
      await this.events.emit({
        type: 'member.joined',
        customerId: member.customerId,
        subject: memberId,
        actor: session.principal,
      });
      return session;
    });
  }

  /** Takes back the invitations of an address that nobody has accepted and that were sent before an instant, but for this customer's. */
  async withdraw(email: string, before: Date, but: string | null = null): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const gone = await this.database.unitOfWork.sql<{ customerId: string; id: string }>(
        `delete from members where lower(email) = lower($1) and password_hash is null and created_at <= $2
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

  private tokenOf(memberId: string, expiresAt: Date): string {
    const text = `${memberId}.${expiresAt.getTime()}`;
    return `${text}.${this.crypto.mac('invitation', text)}`;
  }

  private read(token: string): string | undefined {
    const [memberId = '', expiry = '', mac = ''] = token.split('.');
    const valid =
      this.crypto.verifyMac('invitation', `${memberId}.${expiry}`, mac) &&
      Number(expiry) > this.clock.millis();
    return valid ? memberId : undefined;
  }
}

function lapsed(): Error {
  const message = 'This invitation is not valid any more. Ask for a new one.';
  return invalidInput(['input', 'token'], message, 'token');
}
