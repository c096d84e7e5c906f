/** What logins have beside their passwords: sealed secrets, and hashes of recovery codes. Inside the caller's unit of work. */
import { prefixOf } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import type { UnitOfWork } from '../../../platform/database';
import type { Login } from '../recovery/login';

const PURPOSE = 'second-factor';

export interface HeldFactor {
  /** In use; null while the first one waits to be confirmed. */
  readonly secret: string | null;
  /** Waits to be confirmed; null when none does. */
  readonly nextSecret: string | null;
  /** Of the last code that was taken. */
  readonly lastStep: number;
  readonly recoveryHashes: readonly string[];
}

const HOLD = `select secret, next_secret as "nextSecret", last_step::float8 as "lastStep", recovery_hashes as "recoveryHashes"
  from second_factors where login_id = $1 for update`;

const OFFER = `insert into second_factors (login_id, customer_id, next_secret) values ($1, $2, $3)
  on conflict (login_id) do update set next_secret = excluded.next_secret`;

const CONFIRM = `update second_factors
  set secret = next_secret, next_secret = null, last_step = $2, recovery_hashes = $3 where login_id = $1`;

/** The login says since when it is asked for. */
const MARK = (loginId: string): string =>
  `update ${prefixOf(loginId) === 'stf' ? 'staff' : 'members'} set second_factor_at = $2 where id = $1`;

export class SecondFactorRepository {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly crypto: Pick<Crypto, 'seal' | 'open' | 'mac'>,
  ) {}

  /** Nobody else changes it before the unit of work ends. Undefined for a login that has none and was offered none. */
  async hold(loginId: string): Promise<HeldFactor | undefined> {
    const [row] = await this.unitOfWork.sql<HeldFactor>(HOLD, [loginId]);
    if (!row) return undefined;
    const opened = (sealed: string | null): string | null =>
      sealed === null ? null : this.crypto.open(PURPOSE, sealed, contextOf(loginId)).toString();
    return { ...row, secret: opened(row.secret), nextSecret: opened(row.nextSecret) };
  }

  /** In the place of one that waited. */
  async offer({ id, customerId }: Pick<Login, 'id' | 'customerId'>, secret: string): Promise<void> {
    await this.unitOfWork.sql(OFFER, [id, customerId, this.crypto.seal(PURPOSE, secret, contextOf(id))]);
  }

  /** What waited is in use from now on, with recovery codes of its own. @param step of the code that confirmed it. */
  async confirm(loginId: string, at: Date, step: number, recoveryCodes: readonly string[]): Promise<void> {
    await this.unitOfWork.sql(CONFIRM, [loginId, step, this.hashesOf(loginId, recoveryCodes)]);
    await this.unitOfWork.sql(MARK(loginId), [loginId, at]);
  }

  /** Of a login that goes, or has no second factor any more. */
  async forget(loginId: string): Promise<void> {
    await this.unitOfWork.sql('delete from second_factors where login_id = $1', [loginId]);
    await this.unitOfWork.sql(MARK(loginId), [loginId, null]);
  }

  async keepStep(loginId: string, step: number): Promise<void> {
    await this.unitOfWork.sql('update second_factors set last_step = $2 where login_id = $1', [
      loginId,
      step,
    ]);
  }

  async dropRecovery(loginId: string, hash: string): Promise<void> {
    const text =
      'update second_factors set recovery_hashes = array_remove(recovery_hashes, $2) where login_id = $1';
    await this.unitOfWork.sql(text, [loginId, hash]);
  }

  async replaceRecovery(loginId: string, recoveryCodes: readonly string[]): Promise<void> {
    const text = 'update second_factors set recovery_hashes = $2 where login_id = $1';
    await this.unitOfWork.sql(text, [loginId, this.hashesOf(loginId, recoveryCodes)]);
  }

  hashOf(loginId: string, recoveryCode: string): string {
    return this.crypto.mac('recovery-code', `${loginId} ${recoveryCode}`);
  }

  private hashesOf(loginId: string, recoveryCodes: readonly string[]): string[] {
    return recoveryCodes.map((code) => this.hashOf(loginId, code));
  }
}

function contextOf(loginId: string): string {
  return `second_factors:${loginId}`;
}
