/** A login of a member or of staff, as those see it who give it back to its owner; whoever left has none. */
import type { UnitOfWork } from '../../../platform/database';

export interface Login {
  readonly kind: 'STAFF' | 'MEMBER';
  readonly id: string;
  readonly customerId: string | null;
  readonly email: string;
  /** Null for an invited member who has not come yet. */
  readonly passwordHash: string | null;
  /** Since when a second factor is asked for at each sign-in; null = it is not. */
  readonly secondFactorAt: Date | null;
}

const COLUMNS = 'id, email, password_hash as "passwordHash", second_factor_at as "secondFactorAt"';
const STAFF = `select 'STAFF' as kind, null as "customerId", ${COLUMNS} from staff where deactivated_at is null`;
const MEMBER = `select 'MEMBER' as kind, customer_id as "customerId", ${COLUMNS} from members where removed_at is null`;

/** Staff first, as at signing in. Inside a unit of work. */
export async function loginByEmail(unitOfWork: UnitOfWork, email: string): Promise<Login | undefined> {
  const text = `${STAFF} and lower(email) = $1 union all ${MEMBER} and lower(email) = $1`;
  const [login] = await unitOfWork.sql<Login>(text, [email]);
  return login;
}

/** Nobody else changes it before the open unit of work ends. */
export async function lockLogin(unitOfWork: UnitOfWork, id: string): Promise<Login | undefined> {
  const text = `${id.startsWith('stf_') ? STAFF : MEMBER} and id = $1 for update`;
  const [login] = await unitOfWork.sql<Login>(text, [id]);
  return login;
}

/** What a link to a new password is good for: one change. */
export function passwordState({ email, passwordHash }: Login): string {
  return JSON.stringify([email.toLowerCase(), passwordHash]);
}
