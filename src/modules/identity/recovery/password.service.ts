/**
 * New passwords: by the present one, or by a link that only the owner of the address gets. Whoever asks for a link learns nothing of
 * who has a login here: the answer and the work are the same, and the rest is done by a job.
 */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Mail } from '../../../platform/mail';
import { linkLapsed, tooManyRequests } from '../identity.errors';
import type { InvitationService } from '../member/invitation.service';
import { Member } from '../member/member.entity';
import { AttemptLimit } from '../session/attempt-limit';
import type { SecondFactors } from '../second-factor/second-factors';
import { hashPassword } from '../session/password';
import type { SessionService, StartedSession } from '../session/session.service';
import { Staff } from '../staff/staff.entity';
import { type AccountLinks, passwordChangedLetter, resetLetter } from './account-mails';
import { lockLogin, type Login, loginByEmail, passwordState } from './login';
import type { LoginProofs } from './login-proofs';
import type { OwnLogin } from './own-login.service';

const LINK_MS = 60 * 60_000;
const REQUESTS_PER_ACCOUNT = 5;
const REQUESTS_PER_ADDRESS = 50;

interface AskedReset {
  /** Null where nobody has the address: the job is there all the same. */
  readonly loginId: string | null;
  readonly askedAt: string;
}

export interface PasswordDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly sessions: SessionService;
  readonly invitations: InvitationService;
  readonly proofs: LoginProofs;
  readonly links: AccountLinks;
  readonly own: OwnLogin;
  readonly factors: Pick<SecondFactors, 'prove'>;
}

export class PasswordService {
  private readonly accounts: AttemptLimit;
  private readonly addresses: AttemptLimit;

  readonly job: JobDefinition<AskedReset> = {
    kind: 'identity.answer-reset-request',
    run: async ({ loginId, askedAt }) => {
      if (loginId !== null) await this.answer(loginId, new Date(askedAt));
    },
  };

  constructor(private readonly doors: PasswordDoors) {
    // Each process for itself: shared, whoever asks in somebody's name would keep them from asking at all.
    this.accounts = new AttemptLimit(doors.clock, REQUESTS_PER_ACCOUNT);
    this.addresses = new AttemptLimit(doors.clock, REQUESTS_PER_ADDRESS);
  }

  /** @throws AppError RATE_LIMITED, for known and unknown addresses alike. */
  async requestReset(email: string, address: string): Promise<void> {
    const { database } = this.doors;
    const account = email.trim().toLowerCase();
    const blocked = Math.max(this.accounts.blockedFor(account), this.addresses.blockedFor(address));
    if (blocked > 0) throw tooManyRequests(blocked);
    await Promise.all([this.accounts.fail(account), this.addresses.fail(address)]);
    await database.unitOfWork.run(SERVICE, async () => {
      const login = await loginByEmail(database.unitOfWork, account);
      await this.sendLink(login?.id ?? null);
    });
  }

  /** A job answers, by a link to a new password. In the open unit of work. */
  async sendLink(loginId: string | null): Promise<void> {
    const { jobs, clock } = this.doors;
    await jobs.enqueue<AskedReset>(this.job.kind, { loginId, askedAt: clock.now().toISOString() });
  }

  /** @throws AppError INVALID_INPUT when the link was used, has lapsed or never was; as `SecondFactors.prove` for the code. */
  async reset(token: string, password: string, code: string | null | undefined): Promise<StartedSession> {
    const { unitOfWork } = this.doors.database;
    const find = () => unitOfWork.run(SERVICE, () => this.provenBy(token));
    // What is not proven makes nobody work at a hash.
    await this.doors.factors.prove(await find(), code);
    const passwordHash = await hashPassword(password);
    return unitOfWork.run(SERVICE, async () => this.replace(await find(), passwordHash, 'RESET'));
  }

  /** Of members and staff; every other sign-in of the login ends. */
  async change(loginId: string, current: string, next: string): Promise<StartedSession> {
    const { own, database } = this.doors;
    const confirmed = await own.confirm(loginId, current);
    if (current === next)
      throw invalidInput(['input', 'next'], 'Choose a password other than the present one.', 'changed');
    const passwordHash = await hashPassword(next);
    return database.unitOfWork.run(SERVICE, async () =>
      this.replace(await own.hold(confirmed), passwordHash, 'CHANGE'),
    );
  }

  /** Inside the unit of work that holds the login. Whatever address was to replace its own is forgotten: somebody else may have asked. */
  private async replace(login: Login, passwordHash: string, by: 'RESET' | 'CHANGE'): Promise<StartedSession> {
    const { database, events, sessions, clock, mail, links } = this.doors;
    const { id, customerId, email } = login;
    const now = clock.now();
    await sessions.revokeAll(id, by === 'RESET' ? 'password reset' : 'password changed');
    let session: StartedSession;
    if (login.kind === 'STAFF') {
      const staff = database.unitOfWork.repository(Staff);
      await staff.update(id, { passwordHash, mustChangePassword: false });
      session = await sessions.start({ kind: 'STAFF', staff: await staff.findOneByOrFail({ id }) });
    } else {
      const members = database.unitOfWork.repository(Member);
      const { emailVerifiedAt } = await members.findOneByOrFail({ id });
      const isProven = by === 'RESET' && emailVerifiedAt === null;
      await members.update(
        { id },
        {
          passwordHash,
          pendingEmail: null,
          pendingEmailUntil: null,
          emailVerifiedAt: isProven ? now : emailVerifiedAt,
        },
      );
      session = await sessions.start({ kind: 'MEMBER', member: await members.findOneByOrFail({ id }) });
      if (isProven)
        await events.emit({
          type: 'member.email-verified',
          customerId,
          subject: id,
          actor: session.principal,
        });
    }
    const { principal } = session;
    const type = login.kind === 'STAFF' ? 'staff.password-changed' : 'member.password-changed';
    await events.emit({ type, customerId, subject: id, actor: principal, data: { by } });
    const letter = passwordChangedLetter(links.to(id, ''), now.toISOString());
    await mail.send({ about: `password changed ${principal.sessionId}`, to: email, ...letter });
    return session;
  }

  private async provenBy(token: string): Promise<Login> {
    const { database, proofs } = this.doors;
    const id = proofs.loginOf(token);
    const login = id === undefined ? undefined : await lockLogin(database.unitOfWork, id);
    // Whoever was invited and has not come has no password to replace.
    if (!login?.passwordHash || !proofs.proves('password-reset', token, passwordState(login)))
      throw linkLapsed();
    return login;
  }

  private async answer(loginId: string, askedAt: Date): Promise<void> {
    const { database, events, invitations, mail, proofs, links } = this.doors;
    await database.unitOfWork.run(SERVICE, async () => {
      const login = await lockLogin(database.unitOfWork, loginId);
      if (!login) return;
      const { id, customerId, email } = login;
      if (login.passwordHash === null) return invitations.sendAgain(id, askedAt);
      const type = login.kind === 'STAFF' ? 'staff.password-reset-asked' : 'member.password-reset-asked';
      await events.emit({ type, customerId, subject: id });
      const until = new Date(askedAt.getTime() + LINK_MS);
      const link = links.to(id, 'reset', proofs.make('password-reset', id, passwordState(login), until));
      const at = askedAt.toISOString();
      const about = `password reset ${id} ${at}`;
      await mail.send({ about, to: email, ...resetLetter(link, at) }, { until });
    });
  }
}
