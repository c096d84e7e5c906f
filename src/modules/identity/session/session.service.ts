/** Signing in and staying in: refresh tokens that rotate, families that end when a token comes again late (decision 0373). */
import { randomBytes } from 'node:crypto';
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { MemberPrincipal, StaffPrincipal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { SERVICE, type Database } from '../../../platform/database';
import { type Events, requestScope, type Signals } from '../../../platform/events';
import { type AccessTokenService, type IssuedToken, SESSION_TOKEN_SECONDS } from './access-token.service';
import { attemptCounts } from './attempt-counts';
import { AttemptLimit } from './attempt-limit';
import { clientKindOf } from './client-kind';
import { invalidRefreshToken, tooManyAttempts, wrongCredentials } from '../identity.errors';
import { Member } from '../member/member.entity';
import { passwordMatches } from './password';
import { Session } from './session.entity';
import { Staff } from '../staff/staff.entity';

const REFRESH_DAYS = 30;
/** For so long a token that was exchanged is exchanged for the same one again: a second tab, an answer that was lost. */
const EXCHANGED_AGAIN_MS = 30_000;
const FAILURES_PER_ACCOUNT = 10;
const FAILURES_PER_ADDRESS = 100;
/** Told to every process when a family ends, so that cached sessions go at once. */
export const SESSION_CHANNEL = 'flywheel_session';

export interface StartedSession {
  readonly principal: MemberPrincipal | StaffPrincipal;
  readonly access: IssuedToken;
  readonly refreshToken: string;
}

type Login = { kind: 'STAFF'; staff: Staff } | { kind: 'MEMBER'; member: Member };

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
  ) {
    const counts = (of: string) => attemptCounts(database, crypto, of);
    this.accounts = new AttemptLimit(clock, FAILURES_PER_ACCOUNT, counts('sign-in account'));
    this.addresses = new AttemptLimit(clock, FAILURES_PER_ADDRESS, counts('sign-in address'));
  }

  /** @throws AppError INVALID_INPUT with the same words and after the same time for an unknown e-mail and a wrong password. */
  async signIn(email: string, password: string, address: string): Promise<StartedSession> {
    const account = email.trim().toLowerCase();
    this.assertMayTry(account, address);
    const login = await this.findLogin(account);
    const stored = login && passwordOf(login);
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
    await this.accounts.succeed(account);
    return this.database.unitOfWork.run(SERVICE, async () => {
      await this.takeTurn(subjectOf(login));
      // A password that was changed meanwhile has ended every sign-in, and opens none; a role that was changed is the new one.
      const now = await this.loginOf(subjectOf(login));
      if (!now || passwordOf(now) !== stored) throw wrongCredentials();
      return this.start(now);
    });
  }

  private assertMayTry(account: string, address: string): void {
    const blocked = Math.max(this.accounts.blockedFor(account), this.addresses.blockedFor(address));
    if (blocked > 0) throw tooManyAttempts(blocked);
  }

  /** Opens a session for a login that has proven itself. Inside a unit of work. */
  async start(login: Login): Promise<StartedSession> {
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
      const login = await this.loginOf(session.subjectId);
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
    login: Login,
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

  private tokensOf(login: Login, familyId: string, refreshToken: string): StartedSession {
    const principal = principalOf(login, familyId);
    return { principal, access: this.tokens.issue(principal, SESSION_TOKEN_SECONDS), refreshToken };
  }

  private async findLogin(email: string): Promise<Login | undefined> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const staff = await this.database.unitOfWork
        .repository(Staff)
        .createQueryBuilder('staff')
        .where('lower(staff.email) = :email', { email })
        .getOne();
      if (staff) return staff.deactivatedAt ? undefined : { kind: 'STAFF', staff };
      const member = await this.database.unitOfWork
        .repository(Member)
        .createQueryBuilder('member')
        .where('lower(member.email) = :email', { email })
        .getOne();
      return member ? { kind: 'MEMBER', member } : undefined;
    });
  }

  private async loginOf(subjectId: string): Promise<Login | undefined> {
    const staff = await this.database.unitOfWork.repository(Staff).findOneBy({ id: subjectId });
    if (staff) return staff.deactivatedAt ? undefined : { kind: 'STAFF', staff };
    const member = await this.database.unitOfWork.repository(Member).findOneBy({ id: subjectId });
    return member && !member.removedAt ? { kind: 'MEMBER', member } : undefined;
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

function subjectOf(login: Login): string {
  return login.kind === 'STAFF' ? login.staff.id : login.member.id;
}

function passwordOf(login: Login): string | null {
  return login.kind === 'STAFF' ? login.staff.passwordHash : login.member.passwordHash;
}

function customerOf(login: Login): string | null {
  return login.kind === 'STAFF' ? null : login.member.customerId;
}

function principalOf(login: Login, sessionId: string): MemberPrincipal | StaffPrincipal {
  if (login.kind === 'STAFF') {
    const { id, role, mustChangePassword } = login.staff;
    return { kind: 'STAFF', staffId: id, role, sessionId, mustChangePassword };
  }
  const { id, customerId, role } = login.member;
  return { kind: 'MEMBER', memberId: id, customerId, role, sessionId };
}
