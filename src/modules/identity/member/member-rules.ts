/** Who may change whom in an account: admins leave owners alone, and an account always keeps an owner who can sign in. */
import { type AppError, conflict } from '../../../kernel/errors';
import type { MemberRole } from '../../../kernel/principal';

export interface Standing {
  readonly id: string;
  readonly role: MemberRole;
}

interface Change {
  readonly actor: Standing;
  readonly member: Standing;
  /** Null = is removed. */
  readonly role: MemberRole | null;
  /** Owners who can sign in, the member among them if it is one. */
  readonly owners: number;
}

/** Why it may not be; undefined where it may. */
export function objectionTo({ actor, member, role, owners }: Change): AppError | undefined {
  const isOwners = member.role === 'OWNER' || role === 'OWNER';
  if (isOwners && actor.role !== 'OWNER')
    return conflict('Only an owner makes, changes or removes owners. Ask one.', ['input']);
  if (member.role === 'OWNER' && role !== 'OWNER' && owners <= 1)
    return conflict(
      'This is the only owner. Make another member an owner first, or close the account with customerClose.',
      ['input'],
    );
  return undefined;
}
