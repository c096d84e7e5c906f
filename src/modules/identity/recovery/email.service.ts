/**
 * Whether an address is its member's own, and how it becomes another one: a link goes to the address, and whoever follows it has it.
 * Nobody is kept out before that. The password says who asks for another address, and the old one is told, at once and in the end.
 */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Mail } from '../../../platform/mail';
import { emailTaken, linkLapsed, tooManyRequests } from '../identity.errors';
import type { SignUpHook } from '../identity.service';
import type { InvitationService } from '../member/invitation.service';
import { Member } from '../member/member.entity';
import { assertNoLoginAmong, refusingTakenEmail, takeAddress } from '../member/member-record';
import { AttemptLimit } from '../session/attempt-limit';
import {
  type AccountLinks,
  addressChangedLetter,
  changeAskedLetter,
  verificationLetter,
} from './account-mails';
import { loginByEmail } from './login';
import type { LoginProofs } from './login-proofs';
import type { OwnLogin } from './own-login.service';

const LINK_DAYS = 3;
/** For as long an address that is to replace the present one may be proven; links to it can be asked for anew. */
const CHANGE_DAYS = 7;
const DAY_MS = 86_400_000;
const MAILS_PER_MEMBER = 5;
const NO_CHANGE = { pendingEmail: null, pendingEmailUntil: null };

export interface EmailDoors {
  readonly database: Database;
  readonly events: Events;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly invitations: InvitationService;
  readonly proofs: LoginProofs;
  readonly links: AccountLinks;
  readonly own: OwnLogin;
}

export class EmailService implements SignUpHook {
  private readonly mails: AttemptLimit;

  constructor(private readonly doors: EmailDoors) {
    this.mails = new AttemptLimit(doors.clock, MAILS_PER_MEMBER);
  }

  /** The owner is the only member then. */
  async onSignUp(customerId: string): Promise<void> {
    const members = this.doors.database.unitOfWork.repository(Member);
    const { id, email } = await members.findOneByOrFail({ customerId });
    await this.sendLink(id, email);
  }

  /** Answers whether there was anything left to prove. @throws AppError RATE_LIMITED */
  async sendAgain(memberId: string, keepPresent: boolean): Promise<boolean> {
    const { unitOfWork } = this.doors.database;
    return unitOfWork.run(SERVICE, async () => {
      const members = unitOfWork.repository(Member);
      if (keepPresent) await members.update({ id: memberId }, NO_CHANGE);
      const member = await members.findOneByOrFail({ id: memberId });
      const unproven = this.waiting(member) ?? (member.emailVerifiedAt ? null : member.email);
      if (unproven === null) return false;
      await this.count(memberId);
      await this.sendLink(memberId, unproven);
      return true;
    });
  }

  /** The address of a link is its member's own from now on. Safe to run twice. @throws AppError INVALID_INPUT, CONFLICT */
  async verify(token: string): Promise<void> {
    const { database, proofs } = this.doors;
    const { unitOfWork } = database;
    const id = proofs.loginOf(token);
    const isOf = (email: string): boolean => proofs.proves('email-verification', token, email.toLowerCase());
    if (id === undefined) throw linkLapsed();
    await refusingTakenEmail(() =>
      unitOfWork.run(SERVICE, async () => {
        const members = unitOfWork.repository(Member);
        const member = await members.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
        if (!member) throw linkLapsed();
        const next = this.waiting(member);
        if (next !== null && isOf(next)) await this.replace(member, next);
        else if (isOf(member.email)) await this.prove(member);
        else throw linkLapsed();
      }),
    );
  }

  /** Asks for another address, which replaces the present one when it is verified. @throws AppError INVALID_INPUT, CONFLICT, RATE_LIMITED */
  async change(memberId: string, email: string, password: string): Promise<void> {
    const { database, events, mail, clock, own, links } = this.doors;
    const { unitOfWork } = database;
    const confirmed = await own.confirm(memberId, password);
    const next = email.trim();
    if (next.toLowerCase() === confirmed.email.toLowerCase())
      throw invalidInput(['input', 'email'], 'This is the present address. Choose another one.', 'changed');
    await this.count(memberId);
    await unitOfWork.run(SERVICE, async () => {
      const { customerId, email: present } = await own.hold(confirmed);
      // An invitation that nobody has accepted takes no address.
      if ((await loginByEmail(unitOfWork, next.toLowerCase()))?.passwordHash) throw emailTaken();
      const pendingEmailUntil = new Date(clock.millis() + CHANGE_DAYS * DAY_MS);
      await unitOfWork.repository(Member).update({ id: memberId }, { pendingEmail: next, pendingEmailUntil });
      await events.emit({ type: 'member.email-change-asked', customerId, subject: memberId });
      await this.sendLink(memberId, next);
      const at = clock.now().toISOString();
      const letter = changeAskedLetter(links.to(memberId, ''), at);
      await mail.send({ about: `address asked ${memberId} ${at}`, to: present, ...letter });
    });
  }

  /** The address that is to replace the present one, while it may. */
  private waiting({ pendingEmail, pendingEmailUntil }: Member): string | null {
    const isOver = pendingEmailUntil !== null && pendingEmailUntil <= this.doors.clock.now();
    return isOver ? null : pendingEmail;
  }

  private async prove({ id, customerId, emailVerifiedAt }: Member): Promise<void> {
    if (emailVerifiedAt) return;
    const { database, events, clock } = this.doors;
    await database.unitOfWork.repository(Member).update({ id }, { emailVerifiedAt: clock.now() });
    await events.emit({ type: 'member.email-verified', customerId, subject: id });
  }

  private async replace({ id, customerId, email: old }: Member, email: string): Promise<void> {
    const { database, events, mail, clock, invitations } = this.doors;
    const now = clock.now();
    await takeAddress(database.unitOfWork, email);
    await assertNoLoginAmong('staff', email, database);
    await invitations.withdraw(email, now);
    const changed = { email, emailVerifiedAt: now, ...NO_CHANGE };
    await database.unitOfWork.repository(Member).update({ id }, changed);
    await events.emit({ type: 'member.email-changed', customerId, subject: id });
    const at = now.toISOString();
    await mail.send({ about: `address changed ${id} ${at}`, to: old, ...addressChangedLetter(at) });
  }

  /** In the open unit of work. */
  private async sendLink(memberId: string, to: string): Promise<void> {
    const { mail, clock, proofs, links } = this.doors;
    const now = clock.now();
    const until = new Date(now.getTime() + LINK_DAYS * DAY_MS);
    const token = proofs.make('email-verification', memberId, to.toLowerCase(), until);
    const letter = verificationLetter(links.to(memberId, 'verify', token), LINK_DAYS);
    await mail.send({ about: `verification ${memberId} ${now.toISOString()}`, to, ...letter }, { until });
  }

  private async count(memberId: string): Promise<void> {
    const blocked = this.mails.blockedFor(memberId);
    if (blocked > 0) throw tooManyRequests(blocked);
    await this.mails.fail(memberId);
  }
}
