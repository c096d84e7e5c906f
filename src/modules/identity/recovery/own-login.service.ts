/** Whoever is signed in says the present password once more before the login itself changes, and is slowed down when guessing. */
import type { Clock } from '../../../kernel/clock';
import { unauthenticated } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { tooManyAttempts, wrongCredentials } from '../identity.errors';
import { Member } from '../member/member.entity';
import { attemptCounts } from '../session/attempt-counts';
import { AttemptLimit } from '../session/attempt-limit';
import { passwordMatches } from '../session/password';
import { Staff } from '../staff/staff.entity';
import { type Login, lockLogin } from './login';

const FAILURES = 10;

export class OwnLogin {
  private readonly failures: AttemptLimit;

  constructor(
    private readonly database: Pick<Database, 'unitOfWork' | 'servicePool'>,
    private readonly events: Events,
    crypto: Pick<Crypto, 'mac'>,
    clock: Clock,
  ) {
    this.failures = new AttemptLimit(clock, FAILURES, attemptCounts(database, crypto, 'own password'));
  }

  /** @throws AppError INVALID_INPUT for a wrong password, RATE_LIMITED for many. */
  async confirm(loginId: string, password: string): Promise<Login> {
    const { unitOfWork } = this.database;
    this.assertMayTry(loginId);
    const login = await unitOfWork.run(SERVICE, () => lockLogin(unitOfWork, loginId));
    const matches = await passwordMatches(login?.passwordHash, password);
    // Many that came at once: what the limit leaves out hears no result.
    this.assertMayTry(loginId);
    if (!matches || !login) {
      const blocked = await this.failures.fail(loginId);
      if (blocked > 0) throw tooManyAttempts(blocked);
      throw wrongCredentials();
    }
    await this.failures.succeed(loginId);
    return login;
  }

  /** The login as it is now, held until the open unit of work ends. @throws AppError when its password was changed meanwhile. */
  async hold({ id, passwordHash }: Login): Promise<Login> {
    const login = await lockLogin(this.database.unitOfWork, id);
    if (login?.passwordHash !== passwordHash) throw wrongCredentials();
    return login;
  }

  /** What members and staff are called is theirs to say; null = no name. Events: member.changed, staff.changed. */
  async rename(loginId: string, name: string | null): Promise<string | null> {
    const { unitOfWork } = this.database;
    const given = name?.trim() || null;
    await unitOfWork.run(SERVICE, async () => {
      const login = await lockLogin(unitOfWork, loginId);
      if (!login) throw unauthenticated('Sign in first.');
      const [entity, type] =
        login.kind === 'STAFF' ? ([Staff, 'staff.changed'] as const) : ([Member, 'member.changed'] as const);
      const rows = unitOfWork.repository<Staff | Member>(entity);
      if ((await rows.findOneByOrFail({ id: loginId })).name === given) return;
      await rows.update({ id: loginId }, { name: given });
      await this.events.emit({ type, customerId: login.customerId, subject: loginId, data: {} });
    });
    return given;
  }

  private assertMayTry(loginId: string): void {
    const blocked = this.failures.blockedFor(loginId);
    if (blocked > 0) throw tooManyAttempts(blocked);
  }
}

/** @throws AppError UNAUTHENTICATED for whoever has no login. */
export function loginIdOf(principal: Principal): string {
  if (principal.kind === 'STAFF') return principal.staffId;
  if (principal.kind === 'MEMBER') return principal.memberId;
  throw unauthenticated('Only members and staff have a password: sign in first.');
}
