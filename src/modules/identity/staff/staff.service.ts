/**
 * The operator's staff comes, changes and leaves. Who leaves is deactivated and not deleted: reviews, approvals and the audit
 * log go on naming the person. Somebody who can invite others stays always.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../kernel/clock';
import { conflict, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { StaffRole } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { emailTaken } from '../identity.errors';
import type { InvitationService } from '../member/invitation.service';
import { assertNoLoginAmong, refusingTakenEmail, takeAddress } from '../member/member-record';
import type { PasswordService } from '../recovery/password.service';
import { hashPassword } from '../session/password';
import type { SessionService } from '../session/session.service';
import { Staff, StaffStatus, staffStatusOf } from './staff.entity';

export class StaffService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
    private readonly invitations: InvitationService,
    private readonly passwords: Pick<PasswordService, 'sendLink'>,
  ) {}

  /** Who has not come is invited again, in the role named last. Event: staff.invited. Answers the id. @throws AppError CONFLICT. */
  async invite(address: string, role: StaffRole): Promise<string> {
    const email = address.trim();
    const now = this.clock.now();
    return refusingTakenEmail(() =>
      this.database.unitOfWork.run(SERVICE, async () => {
        await takeAddress(this.database.unitOfWork, email);
        await this.invitations.withdraw(email, now);
        await assertNoLoginAmong('members', email, this.database);
        const all = this.database.unitOfWork.repository(Staff);
        const known = await all
          .createQueryBuilder('staff')
          .where('lower(staff.email) = lower(:email)', { email })
          .setLock('pessimistic_write')
          .getOne();
        if (known && staffStatusOf(known) !== StaffStatus.INVITED) throw emailTaken();
        const id = known?.id ?? newId('stf', now);
        if (known) await all.update({ id }, { role, createdAt: now });
        else {
          const none = { passwordHash: null, mustChangePassword: false, deactivatedAt: null };
          await all.insert({ id, email, role, createdAt: now, ...none });
        }
        await this.events.emit({ type: 'staff.invited', subject: id, data: { role } });
        await this.invitations.send({ id, email, createdAt: now }, now);
        return id;
      }),
    );
  }

  /** Event: staff.invitation-withdrawn. @throws AppError NOT_FOUND, or CONFLICT for whoever has come. */
  async withdrawInvitation(id: string): Promise<void> {
    await this.inTurn(id, ['input', 'id'], async (staff) => {
      if (staffStatusOf(staff) !== StaffStatus.INVITED)
        throw conflict('This person has come. Deactivate the login instead.', ['input', 'id']);
      await this.database.unitOfWork.repository(Staff).delete({ id });
      await this.events.emit({ type: 'staff.invitation-withdrawn', subject: id });
    });
  }

  /** Event: staff.changed; who has another role signs in anew. @throws AppError NOT_FOUND, or CONFLICT for the last admin. */
  async change(id: string, role: StaffRole): Promise<void> {
    await this.inTurn(id, ['id'], async (staff) => {
      if (staff.role === role) return;
      if (role !== 'ADMIN') await this.assertNotLast(staff, ['input', 'role']);
      await this.database.unitOfWork.repository(Staff).update({ id }, { role });
      await this.sessions.revokeAll(id, 'role changed');
      await this.events.emit({ type: 'staff.changed', subject: id, data: { from: staff.role, role } });
    });
  }

  /** Out at the next request, in every process. Event: staff.deactivated. Twice is once. @throws AppError NOT_FOUND or CONFLICT. */
  async deactivate(id: string): Promise<void> {
    await this.inTurn(id, ['input', 'id'], async (staff) => {
      const status = staffStatusOf(staff);
      if (status === StaffStatus.INVITED)
        throw conflict('This person has not come yet. Withdraw the invitation.', ['input', 'id']);
      if (status === StaffStatus.DEACTIVATED) return;
      await this.assertNotLast(staff, ['input', 'id']);
      await this.database.unitOfWork.repository(Staff).update({ id }, { deactivatedAt: this.clock.now() });
      await this.sessions.revokeAll(id, 'staff deactivated');
      await this.events.emit({ type: 'staff.deactivated', subject: id });
    });
  }

  /**
   * With the role of before, and by a new password alone: the old one may have got about since, and nobody could take it back. A link
   * is sent. Event: staff.reactivated. Twice is once. @throws AppError NOT_FOUND.
   */
  async reactivate(id: string): Promise<void> {
    // Not none, which would be an invitation that can be withdrawn, and the login with it.
    const passwordHash = await hashPassword(randomBytes(32).toString('base64url'));
    await this.inTurn(id, ['input', 'id'], async ({ deactivatedAt }) => {
      if (!deactivatedAt) return;
      await this.database.unitOfWork.repository(Staff).update({ id }, { deactivatedAt: null, passwordHash });
      await this.sessions.revokeAll(id, 'staff reactivated');
      await this.events.emit({ type: 'staff.reactivated', subject: id });
      await this.passwords.sendLink(id);
    });
  }

  /** One change of the staff at a time: two admins who deactivate each other at once are two changes. */
  private inTurn(id: string, path: readonly string[], work: (staff: Staff) => Promise<void>): Promise<void> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn('staff');
      const lock = { mode: 'pessimistic_write' } as const;
      const staff = await unitOfWork.repository(Staff).findOne({ where: { id }, lock });
      if (!staff) throw notFound(path);
      await work(staff);
    });
  }

  private async assertNotLast(staff: Staff, path: readonly string[]): Promise<void> {
    if (staff.role !== 'ADMIN' || staffStatusOf(staff) !== StaffStatus.ACTIVE) return;
    const [other] = await this.database.unitOfWork.sql(
      `select id from staff
       where role = 'ADMIN' and password_hash is not null and deactivated_at is null and id <> $1 limit 1`,
      [staff.id],
    );
    if (!other) throw conflict('This is the only admin. Make another one first.', path);
  }
}
