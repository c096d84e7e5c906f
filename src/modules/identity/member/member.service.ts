/**
 * Members of an account change and leave. Who left is out at once and everywhere; the row stays, without address and name,
 * because what the person did names it.
 */
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { conflict, notFound } from '../../../kernel/errors';
import type { MemberRole, Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { SecondFactorRepository } from '../second-factor/second-factor.repository';
import type { SessionService } from '../session/session.service';
import { Member } from './member.entity';
import { GONE } from './member-record';
import { objectionTo } from './member-rules';

const REMOVE = `update members set ${GONE}, removed_at = $3 where customer_id = $1 and id = $2`;

export interface MemberChange {
  /** Absent = unchanged. */
  readonly role?: MemberRole | null;
  /** Absent = unchanged, null = none. */
  readonly name?: string | null;
}

export class MemberService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
    private readonly factors: Pick<SecondFactorRepository, 'forget'>,
  ) {}

  /** Event: member.changed; whose role changes signs in anew. @throws AppError NOT_FOUND, or CONFLICT with what stands against it. */
  async change(
    principal: Principal,
    customerId: string,
    id: string,
    { role, name }: MemberChange,
  ): Promise<void> {
    await this.inTurn(customerId, async (members) => {
      const member = memberOf(members, id, ['id']);
      if (role === 'OWNER' && member.passwordHash === null)
        throw conflict('Whoever has not come yet cannot be an owner.', ['input', 'role']);
      const [before, after] = [member.role, role ?? member.role];
      this.assertMay(members, principal, member, after);
      const isRenamed = name !== undefined && name !== member.name;
      if (before === after && !isRenamed) return;
      const change = { role: after, ...(isRenamed && { name }) };
      await this.database.unitOfWork.repository(Member).update({ customerId, id }, change);
      if (before !== after) await this.sessions.revokeAll(id, 'role changed');
      const data = before === after ? {} : { from: before, role: after };
      await this.events.emit({ type: 'member.changed', customerId, subject: id, data });
    });
  }

  /** Event: member.removed, or member.left for oneself. @throws AppError NOT_FOUND, or CONFLICT with what stands against it. */
  async remove(principal: Principal, customerId: string, id: string): Promise<void> {
    await this.inTurn(customerId, async (members) => {
      const member = memberOf(members, id, ['input', 'id']);
      if (member.passwordHash === null)
        throw conflict('This member has not come yet. Withdraw the invitation.', ['input', 'id']);
      this.assertMay(members, principal, member, null);
      await this.database.unitOfWork.sql(REMOVE, [customerId, id, this.clock.now()]);
      await this.factors.forget(id);
      await this.sessions.revokeAll(id, 'member removed');
      const isOwn = principal.kind === 'MEMBER' && principal.memberId === id;
      await this.events.emit({ type: isOwn ? 'member.left' : 'member.removed', customerId, subject: id });
    });
  }

  /** Ends every sign-in of a customer that is closed for good, in every process. Events: session.ended. */
  async signOutAll(customerId: string): Promise<void> {
    await this.inTurn(customerId, async (members) => {
      for (const { id } of members) await this.sessions.revokeAll(id, 'account closed');
    });
  }

  /**
   * One change of an account's members at a time, on rows that hold still until it commits: two owners who unmake each other at
   * once are two changes. As the service, for sessions are no customer's table.
   */
  private inTurn(customerId: string, work: (members: readonly Member[]) => Promise<void>): Promise<void> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn(`members of ${customerId}`);
      const where = { customerId, removedAt: IsNull() };
      const lock = { mode: 'pessimistic_write' } as const;
      await work(await unitOfWork.repository(Member).find({ where, order: { id: 'ASC' }, lock }));
    });
  }

  /** What the actor may is read anew: the role in a token may be the one before the last change. */
  private assertMay(
    members: readonly Member[],
    principal: Principal,
    member: Member,
    role: MemberRole | null,
  ): void {
    const actor = members.find(({ id }) => principal.kind === 'MEMBER' && id === principal.memberId);
    if (!actor) throw notFound(['input']);
    const owners = members.filter((one) => one.role === 'OWNER' && one.passwordHash !== null).length;
    const objection = objectionTo({ actor, member, role, owners });
    if (objection) throw objection;
  }
}

function memberOf(members: readonly Member[], id: string, path: readonly string[]): Member {
  const member = members.find((one) => one.id === id);
  if (!member) throw notFound(path);
  return member;
}
