/**
 * Asks whoever gave the right password for what they have beside it: a code of their app, which is good once, or a recovery code.
 * A code is used up even when what it was for fails afterwards; guessing is slowed down by login, whatever else it was tried for.
 */
import type { Clock } from '../../../kernel/clock';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Mail } from '../../../platform/mail';
import { secondFactorRequired, tooManyAttempts, wrongSecondFactor } from '../identity.errors';
import { lockLogin } from '../recovery/login';
import { attemptCounts } from '../session/attempt-counts';
import { AttemptLimit } from '../session/attempt-limit';
import { recoveryCodeOf } from './recovery-code';
import { type HeldFactor, type SecondFactorRepository } from './second-factor.repository';
import { stepOfTimeCode } from './time-code';
import { recoveryCodeUsedLetter } from './second-factor-mails';

/** Three codes of a million are good at a time: of whoever has the password and guesses, one in 700 is in after a day. */
const FAILURES = 5;

export class SecondFactors {
  private readonly failures: AttemptLimit;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly mail: Mail,
    private readonly clock: Clock,
    private readonly rows: SecondFactorRepository,
    crypto: Pick<Crypto, 'mac'>,
  ) {
    this.failures = new AttemptLimit(clock, FAILURES, attemptCounts(database, crypto, 'second factor'));
  }

  /** Of a login that has one. @throws AppError SECOND_FACTOR_REQUIRED without a code, INVALID_INPUT for a wrong one, RATE_LIMITED for many. */
  async prove(
    { id, secondFactorAt }: { readonly id: string; readonly secondFactorAt: Date | null },
    code: string | null | undefined,
  ): Promise<void> {
    if (!secondFactorAt) return;
    if (!code?.trim()) throw secondFactorRequired();
    await this.counted(id, () => this.database.unitOfWork.run(SERVICE, () => this.take(id, code.trim())));
  }

  /** What `isRight` finds wrong is a failure of the login. @throws AppError INVALID_INPUT, RATE_LIMITED. */
  async counted(loginId: string, isRight: () => Promise<boolean>): Promise<void> {
    const before = this.failures.blockedFor(loginId);
    if (before > 0) throw tooManyAttempts(before);
    if (await isRight()) return this.failures.succeed(loginId);
    const blocked = await this.failures.fail(loginId);
    throw blocked > 0 ? tooManyAttempts(blocked) : wrongSecondFactor();
  }

  private async take(id: string, code: string): Promise<boolean> {
    const held = await this.rows.hold(id);
    if (!held?.secret) return false;
    const step = stepOfTimeCode(held.secret, code, this.clock.now());
    if (step === undefined) return this.takeRecovery(id, held, code);
    if (step <= held.lastStep) return false;
    await this.rows.keepStep(id, step);
    return true;
  }

  private async takeRecovery(id: string, { recoveryHashes }: HeldFactor, typed: string): Promise<boolean> {
    const code = recoveryCodeOf(typed);
    const hash = code && this.rows.hashOf(id, code);
    if (!hash || !recoveryHashes.includes(hash)) return false;
    await this.rows.dropRecovery(id, hash);
    const login = await lockLogin(this.database.unitOfWork, id);
    if (!login) return false;
    const [at, left] = [this.clock.now().toISOString(), recoveryHashes.length - 1];
    const type = login.kind === 'STAFF' ? 'staff.recovery-code-used' : 'member.recovery-code-used';
    await this.events.emit({ type, customerId: login.customerId, subject: id, data: { left } });
    await this.mail.send({
      about: `recovery code ${id} ${at}`,
      to: login.email,
      ...recoveryCodeUsedLetter(at, left),
    });
    return true;
  }
}
