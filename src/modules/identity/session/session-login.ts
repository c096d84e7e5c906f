/** A login as sessions see it: of staff or of a member, whoever may sign in. Inside the caller's unit of work. */
import type { MemberPrincipal, StaffPrincipal } from '../../../kernel/principal';
import type { UnitOfWork } from '../../../platform/database';
import { Member } from '../member/member.entity';
import { Staff } from '../staff/staff.entity';

export type SessionLogin = { kind: 'STAFF'; staff: Staff } | { kind: 'MEMBER'; member: Member };

/** @param email in small letters. */
export async function loginByAddress(
  unitOfWork: UnitOfWork,
  email: string,
): Promise<SessionLogin | undefined> {
  const staff = await unitOfWork
    .repository(Staff)
    .createQueryBuilder('staff')
    .where('lower(staff.email) = :email', { email })
    .getOne();
  if (staff) return staff.deactivatedAt ? undefined : { kind: 'STAFF', staff };
  const member = await unitOfWork
    .repository(Member)
    .createQueryBuilder('member')
    .where('lower(member.email) = :email', { email })
    .getOne();
  return member ? { kind: 'MEMBER', member } : undefined;
}

export async function loginById(unitOfWork: UnitOfWork, id: string): Promise<SessionLogin | undefined> {
  const staff = await unitOfWork.repository(Staff).findOneBy({ id });
  if (staff) return staff.deactivatedAt ? undefined : { kind: 'STAFF', staff };
  const member = await unitOfWork.repository(Member).findOneBy({ id });
  return member && !member.removedAt ? { kind: 'MEMBER', member } : undefined;
}

export function subjectOf(login: SessionLogin): string {
  return personOf(login).id;
}

/** Id, password and since when a second factor is asked for. */
export function personOf(login: SessionLogin): Staff | Member {
  return login.kind === 'STAFF' ? login.staff : login.member;
}

export function customerOf(login: SessionLogin): string | null {
  return login.kind === 'STAFF' ? null : login.member.customerId;
}

export function principalOf(
  login: SessionLogin,
  sessionId: string,
  mustSetUpSecondFactor: boolean,
): MemberPrincipal | StaffPrincipal {
  const still = mustSetUpSecondFactor ? { mustSetUpSecondFactor } : {};
  if (login.kind === 'STAFF') {
    const { id, role, mustChangePassword } = login.staff;
    return { kind: 'STAFF', staffId: id, role, sessionId, mustChangePassword, ...still };
  }
  const { id, customerId, role } = login.member;
  return { kind: 'MEMBER', memberId: id, customerId, role, sessionId, ...still };
}
