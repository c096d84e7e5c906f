/** How the row of a member comes to be, whoever asks for it. */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE, sqlState, type UnitOfWork } from '../../../platform/database';
import { emailTaken } from '../identity.errors';
import { Member } from './member.entity';

/** Reserved by RFC 2606: no mail is ever delivered there. */
const NOBODYS = 'removed.invalid';

/** What becomes of the row of somebody who is no member any more, as SQL assignments. */
export const GONE = `email = id || '@${NOBODYS}', name = null, password_hash = null, second_factor_at = null,
  email_verified_at = null, pending_email = null, pending_email_until = null`;

const UNIQUE_VIOLATION = '23505';

export type NewMember = Pick<Member, 'customerId' | 'email' | 'name' | 'role' | 'passwordHash'>;

/** Inside a unit of work. */
export async function insertMember(unitOfWork: UnitOfWork, clock: Clock, fields: NewMember): Promise<Member> {
  const createdAt = clock.now();
  const members = unitOfWork.repository(Member);
  const member = members.create({
    ...fields,
    email: fields.email.trim(),
    id: newId('mem', createdAt),
    createdAt,
  });
  await members.insert(member);
  return member;
}

/**
 * One at a time makes a login of an address, until the open unit of work commits: members and staff are two tables, and no index
 * sees both. Whether there is one is looked up after it.
 */
export function takeAddress(unitOfWork: UnitOfWork, email: string): Promise<void> {
  return unitOfWork.takeTurn(`login of ${email.trim().toLowerCase()}`);
}

/**
 * An address is one login: whoever signs in with it is looked for among staff first, and would never be found among members.
 * @throws AppError CONFLICT when it is one there already.
 */
export async function assertNoLoginAmong(
  table: 'staff' | 'members',
  email: string,
  { read }: Pick<Database, 'read'>,
): Promise<void> {
  const text = `select id from ${table} where lower(email) = $1`;
  const found = await read.sql(SERVICE, `identity.login-among-${table}`, text, [email.trim().toLowerCase()]);
  if (found.length > 0) throw emailTaken();
}

/** @throws AppError CONFLICT when an address has an account already. */
export async function refusingTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) throw emailTaken();
    throw error;
  }
}
