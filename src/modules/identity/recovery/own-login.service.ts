/** Whoever is signed in says the present password once more before the login itself changes, and is slowed down when guessing. */
import type { Clock } from '../../../kernel/clock';
import { unauthenticated } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import { tooManyAttempts, wrongCredentials } from '../identity.errors';
import { AttemptLimit } from '../session/attempt-limit';
import { passwordMatches } from '../session/password';
import { type Login, lockLogin } from './login';

const FAILURES = 10;

export class OwnLogin {
  private readonly failures: AttemptLimit;

  constructor(
    private readonly database: Pick<Database, 'unitOfWork'>,
    clock: Clock,
  ) {
    this.failures = new AttemptLimit(clock, FAILURES);
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
      this.failures.fail(loginId);
      throw wrongCredentials();
    }
    this.failures.succeed(loginId);
    return login;
  }

  /** The login as it is now, held until the open unit of work ends. @throws AppError when its password was changed meanwhile. */
  async hold({ id, passwordHash }: Login): Promise<Login> {
    const login = await lockLogin(this.database.unitOfWork, id);
    if (login?.passwordHash !== passwordHash) throw wrongCredentials();
    return login;
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
