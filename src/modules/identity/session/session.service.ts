/** Signing in and staying in: refresh tokens that rotate, families that end when a token comes again late (decision 0373). */
import { randomBytes } from 'node:crypto';
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { notFound, unauthenticated } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { MemberPrincipal, StaffPrincipal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { SERVICE, type Database } from '../../../platform/database';
import { type Events, requestScope, type Signals } from '../../../platform/events';
import { type AccessTokenService, type IssuedToken, SESSION_TOKEN_SECONDS } from './access-token.service';
import { attemptCounts } from './attempt-counts';
import { AttemptLimit } from './attempt-limit';
import { clientKindOf } from './client-kind';
import {
  invalidRefreshToken,
  secondFactorRequired,
  tooManyAttempts,
  wrongCredentials,
} from '../identity.errors';
import type { SecondFactors } from '../second-factor/second-factors';
import { passwordMatches } from './password';
import { Session } from './session.entity';
import {
  customerOf,
  loginByAddress,
  loginById,
  personOf,
  principalOf,
  type SessionLogin,
  subjectOf,
} from './session-login';

const REFRESH_DAYS = 30;
/** For so long a token that was exchanged is exchanged for the same one again: a second tab, an answer that was lost. */
const EXCHANGED_AGAIN_MS = 30_000;
const FAILURES_PER_ACCOUNT = 10;
const FAILURES_PER_ADDRESS = 100;
/** Told to every process when a family ends, so that cached sessions go at once. */
export const SESSION_CHANNEL = 'flywheel_session';

/** Whose sign-in it is: of staff, or of a member of a customer. */
type Asked = { readonly kind: SessionLogin['kind']; readonly customerId: string | null };

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string | null;
}

export interface StartedSession {
  readonly principal: MemberPrincipal | StaffPrincipal;
  readonly access: IssuedToken;
  readonly refreshToken: string;
}

export class SessionService {
  private readonly accounts: AttemptLimit;
  private readonly addresses: AttemptLimit;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly tokens: AccessTokenService,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly factors: Pick<SecondFactors, 'prove'>,
    private readonly staffNeedsSecondFactor: boolean,
  ) {
    const counts = (of: string) => attemptCounts(database, crypto, of);
    this.accounts = new AttemptLimit(clock, FAILURES_PER_ACCOUNT, counts('sign-in account'));
    this.addresses = new AttemptLimit(clock, FAILURES_PER_ADDRESS, counts('sign-in address'));
  }

  /**
   * @param code of the second factor; asked for, where the login has one, once the password is right.
   * @throws AppError INVALID_INPUT with the same words and after the same time for an unknown e-mail and a wrong password.
   */
  async signIn({ email, password, code }: Credentials, address: string): Promise<StartedSession> {
    const account = email.trim().toLowerCase();
    this.assertMayTry(account, address);
    const login = await this.database.unitOfWork.run(SERVICE, () =>
      loginByAddress(this.database.unitOfWork, account),
    );
    const stored = login && personOf(login).passwordHash;
    const matches = await passwordMatches(stored, password);
    // Many that came at once have all begun before the first of them failed: what the limit leaves out hears no result.
    this.assertMayTry(account, address);
    if (!matches || !login) {
      const [ofAccount, ofAddress] = await Promise.all([
        this.accounts.fail(account),
        this.addresses.fail(address),
      ]);
      const blocked = Math.max(ofAccount, ofAddress);
      if (blocked > 0) throw tooManyAttempts(blocked);
      throw wrongCredentials();
    }
    await this.factors.prove(personOf(login), code);
    await this.accounts.succeed(account);
    return this.database.unitOfWork.run(SERVICE, async () => {
      await this.takeTurn(subjectOf(login));
      // A password that was changed meanwhile has ended every sign-in, and opens none; a role that was changed is the new one.
      const now = await loginById(this.database.unitOfWork, subjectOf(login));
      if (!now || personOf(now).passwordHash !== stored) throw wrongCredentials();
      // So has a second factor that was set up.
      if (personOf(now).secondFactorAt && !personOf(login).secondFactorAt) throw secondFactorRequired();
      return this.start(now);
    });
  }

  /** For a login that has proven itself, as it is now. Inside a unit of work. */
  async startOf(subjectId: string): Promise<StartedSession> {
    const login = await loginById(this.database.unitOfWork, subjectId);
    if (!login) throw unauthenticated('Sign in first.');
    return this.start(login);
  }

  /** Whether the operator, or the customer, asks for a second factor. Inside a unit of work. */
  async needsSecondFactor({ kind, customerId }: Asked): Promise<boolean> {
    if (kind === 'STAFF') return this.staffNeedsSecondFactor;
    const text = 'select 1 from customers where id = $1 and requires_second_factor';
    return (await this.database.unitOfWork.sql(text, [customerId])).length > 0;
  }

  private assertMayTry(account: string, address: string): void {
    const blocked = Math.max(this.accounts.blockedFor(account), this.addresses.blockedFor(address));
    if (blocked > 0) throw tooManyAttempts(blocked);
  }

  /** Opens a session for a login that has proven itself. Inside a unit of work. */
  async start(login: SessionLogin): Promise<StartedSession> {
    const familyId = newId('ses', this.clock.now());
    const session = await this.issue(login, familyId, familyId);
    await this.events.emit({
      type: 'session.started',
      customerId: customerOf(login),
      subject: familyId,
      actor: session.principal,
      data: { subjectId: subjectOf(login) },
    });
    return session;
  }

  /** Exchanges a refresh token for the next one. @throws AppError when it is unknown, expired, revoked or used before. */
  async refresh(refreshToken: string): Promise<StartedSession> {
    const outcome = await this.database.unitOfWork.run(SERVICE, async () => {
      const sessions = this.database.unitOfWork.repository(Session);
      const refreshHash = this.hash(refreshToken);
      const known = await sessions.findOneBy({ refreshHash });
      if (!known) return undefined;
      await this.takeTurn(known.subjectId);
      const session = await sessions.findOneBy({ refreshHash });
      if (!session || session.revokedAt || session.expiresAt <= this.clock.now()) return undefined;
      const next = this.successorOf(refreshToken);
      const isFirst = session.rotatedAt === null;
      if (!isFirst && !(await this.isExchangedAgain(session, next))) {
        await this.endFamily(session.familyId, 'refresh token used twice');
        return undefined;
      }
      const login = await loginById(this.database.unitOfWork, session.subjectId);
      if (!login) return undefined;
      if (!isFirst) return this.tokensOf(login, session.familyId, next);
      await sessions.update(session.id, { rotatedAt: this.clock.now() });
      return this.issue(login, newId('ses', this.clock.now()), session.familyId, next);
    });
    if (!outcome) throw invalidRefreshToken();
    return outcome;
  }

  /** Whether a token comes again at the moment of its exchange, and nobody has used `next`, for which it was exchanged. */
  private async isExchangedAgain({ rotatedAt }: Session, next: string): Promise<boolean> {
    if (!rotatedAt || this.clock.now().getTime() - rotatedAt.getTime() > EXCHANGED_AGAIN_MS) return false;
    const where = { refreshHash: this.hash(next), rotatedAt: IsNull(), revokedAt: IsNull() };
    return this.database.unitOfWork.repository(Session).existsBy(where);
  }

  /** Ends the sign-in to which a session belongs. */
  async revoke(familyId: string): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const session = await this.database.unitOfWork.repository(Session).findOneBy({ familyId });
      if (!session) return;
      await this.takeTurn(session.subjectId);
      await this.endFamily(familyId, 'revoked');
    });
  }

  /** Ends one of the sign-ins of a login. @throws AppError NOT_FOUND for one that is another's, unknown or over. */
  async revokeOne(subjectId: string, familyId: string): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      await this.takeTurn(subjectId);
      const where = { subjectId, familyId, rotatedAt: IsNull(), revokedAt: IsNull() };
      if (!(await this.database.unitOfWork.repository(Session).existsBy(where)))
        throw notFound(['input', 'id']);
      await this.endFamily(familyId, 'revoked');
    });
  }

  /** Ends every sign-in of a login, all but `but`: its password or role changed, or it was removed. Inside a unit of work. */
  async revokeAll(subjectId: string, reason: string, but: string | null = null): Promise<void> {
    await this.takeTurn(subjectId);
    const families = await this.database.unitOfWork.sql<{ family_id: string }>(
      `select distinct family_id from sessions
       where subject_id = $1 and revoked_at is null and family_id is distinct from $2`,
      [subjectId, but],
    );
    for (const { family_id: familyId } of families) await this.endFamily(familyId, reason);
  }

  /** Whether the sign-in that an access token names still stands. */
  async stands(familyId: string): Promise<boolean> {
    const rows = await this.database.read.sql(
      SERVICE,
      'session-stands',
      'select 1 from sessions where family_id = $1 and revoked_at is null and expires_at > $2 limit 1',
      [familyId, this.clock.now()],
    );
    return rows.length > 0;
  }

  /**
   * Whoever opens, refreshes or ends a sign-in of a login does so alone until the commit: a session that is made while others are
   * ended would not be seen, and outlive them.
   */
  private takeTurn(subjectId: string): Promise<void> {
    return this.database.unitOfWork.takeTurn(`sign-ins of ${subjectId}`);
  }

  private async endFamily(familyId: string, reason: string): Promise<void> {
    const ended = await this.database.unitOfWork.sql<{ subject_id: string; customer_id: string | null }>(
      'update sessions set revoked_at = $2 where family_id = $1 and revoked_at is null returning subject_id, customer_id',
      [familyId, this.clock.now()],
    );
    if (!ended[0]) return;
    await this.signals.publish(SESSION_CHANNEL, { familyId });
    await this.events.emit({
      type: 'session.ended',
      customerId: ended[0].customer_id,
      subject: familyId,
      reason,
      data: { subjectId: ended[0].subject_id },
    });
  }

  private async issue(
    login: SessionLogin,
    id: string,
    familyId: string,
    refreshToken = randomBytes(32).toString('base64url'),
  ): Promise<StartedSession> {
    const now = this.clock.now();
    await this.database.unitOfWork.repository(Session).insert({
      id,
      familyId,
      subjectId: subjectOf(login),
      customerId: customerOf(login),
      refreshHash: this.hash(refreshToken),
      createdAt: now,
      expiresAt: new Date(now.getTime() + REFRESH_DAYS * 86_400_000),
      client: clientKindOf(requestScope.current()?.userAgent),
    });
    return this.tokensOf(login, familyId, refreshToken);
  }

  private async tokensOf(
    login: SessionLogin,
    familyId: string,
    refreshToken: string,
  ): Promise<StartedSession> {
    const { secondFactorAt } = personOf(login);
    const asked = { kind: login.kind, customerId: customerOf(login) };
    const mustSetUpSecondFactor = !secondFactorAt && (await this.needsSecondFactor(asked));
    const principal = principalOf(login, familyId, mustSetUpSecondFactor);
    return { principal, access: this.tokens.issue(principal, SESSION_TOKEN_SECONDS), refreshToken };
  }

  /** Made of the token and a key of the server, so that it can be answered again and is kept nowhere. */
  private successorOf(refreshToken: string): string {
    return this.crypto.mac('next-refresh-token', refreshToken);
  }

  /** Refresh tokens are long random texts: a keyed hash is enough, and it can be looked up. */
  private hash(refreshToken: string): string {
    return this.crypto.mac('refresh-token', refreshToken);
  }
}
