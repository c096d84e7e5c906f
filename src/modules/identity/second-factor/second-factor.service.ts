/**
 * An authenticator app beside the password: it is offered, works once a code of it came, and goes by a code, or by the hand of
 * those who administer the account where phone and recovery codes are lost. Its owner is told of each by mail.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, notFound } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Mail, MailMessage } from '../../../platform/mail';
import { Customer } from '../customer/customer.entity';
import { secondFactorOfOwner, secondFactorNone } from '../identity.errors';
import type { AccountLinks } from '../recovery/account-mails';
import { lockLogin, type Login } from '../recovery/login';
import type { OwnLogin } from '../recovery/own-login.service';
import type { SessionService, StartedSession } from '../session/session.service';
import { newRecoveryCodes } from './recovery-code';
import {
  recoveryCodesRenewedLetter,
  secondFactorRemovedLetter,
  secondFactorSetLetter,
} from './second-factor-mails';
import type { SecondFactorRepository } from './second-factor.repository';
import type { SecondFactor } from './second-factor.type';
import type { SecondFactors } from './second-factors';
import { newTimeSecret, stepOfTimeCode, timeSecretUri } from './time-code';

type Change = 'second-factor-set' | 'second-factor-removed' | 'recovery-codes-renewed';

export interface OfferedFactor {
  readonly secret: string;
  readonly uri: string;
}

export interface SecondFactorDoors {
  readonly database: Database;
  readonly events: Events;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly sessions: SessionService;
  readonly links: AccountLinks;
  readonly own: OwnLogin;
  readonly factors: SecondFactors;
  readonly rows: SecondFactorRepository;
}

export class SecondFactorService {
  constructor(private readonly doors: SecondFactorDoors) {}

  /** Undefined for whoever has no login. */
  async own(principal: Principal): Promise<SecondFactor | undefined> {
    const id = loginIdIn(principal);
    if (id === undefined) return undefined;
    const { database, rows, sessions } = this.doors;
    return database.unitOfWork.run(SERVICE, async () => {
      const login = await lockLogin(database.unitOfWork, id);
      if (!login) return undefined;
      const { recoveryHashes = [] } = (await rows.hold(id)) ?? {};
      return {
        since: login.secondFactorAt,
        recoveryCodesLeft: recoveryHashes.length,
        isRequired: await sessions.needsSecondFactor(login),
      };
    });
  }

  /** Nothing is asked for by it before a code confirms it. @throws AppError as `OwnLogin.confirm` and `SecondFactors.prove`. */
  async begin(loginId: string, password: string, code: string | null | undefined): Promise<OfferedFactor> {
    const { database, own, factors, rows } = this.doors;
    const confirmed = await own.confirm(loginId, password);
    await factors.prove(confirmed, code);
    const secret = newTimeSecret();
    await database.unitOfWork.run(SERVICE, async () => {
      await own.hold(confirmed);
      await rows.offer(confirmed, secret);
    });
    return { secret, uri: timeSecretUri(secret, confirmed.email) };
  }

  /** From now on it is asked for; every other sign-in ends. @throws AppError CONFLICT when none waits, INVALID_INPUT, RATE_LIMITED. */
  async confirm(loginId: string, code: string): Promise<StartedSession & { recoveryCodes: string[] }> {
    const { database, clock, factors, rows, sessions } = this.doors;
    const recoveryCodes = newRecoveryCodes();
    let session: StartedSession | undefined;
    await factors.counted(loginId, () =>
      database.unitOfWork.run(SERVICE, async () => {
        const login = await lockLogin(database.unitOfWork, loginId);
        const { nextSecret } = (await rows.hold(loginId)) ?? {};
        if (!login || !nextSecret)
          throw conflict('No app waits to be confirmed. Begin with secondFactorBegin.', ['input', 'code']);
        const step = stepOfTimeCode(nextSecret, code.trim(), clock.now());
        if (step === undefined) return false;
        await rows.confirm(loginId, clock.now(), step, recoveryCodes);
        await sessions.revokeAll(loginId, 'second factor set');
        session = await sessions.startOf(loginId);
        await this.tell(login, 'second-factor-set', secondFactorSetLetter);
        return true;
      }),
    );
    return { ...session!, recoveryCodes };
  }

  /** @throws AppError CONFLICT where there is none, or everybody needs one. */
  async remove(loginId: string, password: string, code: string): Promise<void> {
    const confirmed = await this.proven(loginId, password, code);
    await this.doors.database.unitOfWork.run(SERVICE, async () => {
      const login = await this.doors.own.hold(confirmed);
      if (await this.doors.sessions.needsSecondFactor(login))
        throw conflict(
          'Everybody needs a second factor here. To have it on another phone, replace it with secondFactorBegin.',
          ['input'],
        );
      await this.doors.rows.forget(loginId);
      await this.tell(login, 'second-factor-removed', (link, at) =>
        secondFactorRemovedLetter(link, at, 'OWN'),
      );
    });
  }

  /** Those of before open nothing any more. @throws AppError CONFLICT where there is no second factor. */
  async renewRecoveryCodes(loginId: string, password: string, code: string): Promise<string[]> {
    const confirmed = await this.proven(loginId, password, code);
    const recoveryCodes = newRecoveryCodes();
    await this.doors.database.unitOfWork.run(SERVICE, async () => {
      const login = await this.doors.own.hold(confirmed);
      await this.doors.rows.replaceRecovery(loginId, recoveryCodes);
      await this.tell(login, 'recovery-codes-renewed', recoveryCodesRenewedLetter);
    });
    return recoveryCodes;
  }

  /**
   * Of somebody who has lost phone and recovery codes: the password alone opens the login then, and every sign-in of it ends. Where
   * everybody needs a second factor, nothing is open to them before they set one up. @throws AppError NOT_FOUND, CONFLICT.
   */
  async reset(principal: Principal, kind: Login['kind'], id: string, reason: string): Promise<void> {
    const { database, rows, sessions } = this.doors;
    await database.unitOfWork.run(SERVICE, async () => {
      const login = await lockLogin(database.unitOfWork, id);
      if (login?.kind !== kind || !isWithinReach(principal, login)) throw notFound(['input', 'id']);
      if (id === loginIdIn(principal))
        throw conflict('This is your own login. Use secondFactorRemove.', ['input', 'id']);
      await this.assertMayReset(principal, login);
      if (!login.secondFactorAt) throw secondFactorNone(['input', 'id']);
      await rows.forget(id);
      await sessions.revokeAll(id, 'second factor removed');
      await this.tell(
        login,
        'second-factor-removed',
        (link, at) => secondFactorRemovedLetter(link, at, 'OTHERS'),
        reason,
      );
    });
  }

  /** Whoever has none is signed out, and sets one up before anything else. Event: customer.updated. @throws AppError CONFLICT. */
  async setPolicy(principal: Principal, customerId: string, isRequired: boolean): Promise<void> {
    const { database, events, sessions } = this.doors;
    const { unitOfWork } = database;
    await unitOfWork.run(SERVICE, async () => {
      const customers = unitOfWork.repository(Customer);
      const lock = { mode: 'pessimistic_write' } as const;
      const { requiresSecondFactor } = await customers.findOneOrFail({ where: { id: customerId }, lock });
      if (requiresSecondFactor === isRequired) return;
      const own = isRequired ? await lockLogin(unitOfWork, loginIdIn(principal) ?? '') : undefined;
      if (isRequired && !own?.secondFactorAt)
        throw conflict('Set up a second factor for your own login first.', ['input', 'isRequired']);
      await customers.update({ id: customerId }, { requiresSecondFactor: isRequired });
      const without = isRequired ? await unitOfWork.sql<{ id: string }>(WITHOUT, [customerId]) : [];
      for (const { id } of without) await sessions.revokeAll(id, 'second factor required');
      const [before, after] = [{ requiresSecondFactor }, { requiresSecondFactor: isRequired }];
      await events.emit({
        type: 'customer.updated',
        customerId,
        subject: customerId,
        before,
        after,
        data: after,
      });
    });
  }

  private async proven(loginId: string, password: string, code: string): Promise<Login> {
    const confirmed = await this.doors.own.confirm(loginId, password);
    if (!confirmed.secondFactorAt) throw secondFactorNone(['input']);
    await this.doors.factors.prove(confirmed, code);
    return confirmed;
  }

  /** Admins leave owners alone, as in all else. */
  private async assertMayReset(principal: Principal, { kind, id }: Login): Promise<void> {
    if (kind === 'STAFF' || principal.kind !== 'MEMBER' || principal.role === 'OWNER') return;
    const text = `select 1 from members where id = $1 and role = 'OWNER'`;
    if ((await this.doors.database.unitOfWork.sql(text, [id])).length > 0) throw secondFactorOfOwner();
  }

  private async tell(
    { kind, id, customerId, email }: Login,
    change: Change,
    letter: (link: string, at: string) => Pick<MailMessage, 'subject' | 'text'>,
    reason?: string,
  ): Promise<void> {
    const { events, mail, clock, links } = this.doors;
    const at = clock.now().toISOString();
    const type = kind === 'STAFF' ? (`staff.${change}` as const) : (`member.${change}` as const);
    await events.emit({ type, customerId, subject: id, reason });
    await mail.send({ about: `${change} ${id} ${at}`, to: email, ...letter(links.to(id, ''), at) });
  }
}

const WITHOUT = `select id from members where customer_id = $1 and second_factor_at is null and removed_at is null order by id`;

function loginIdIn(principal: Principal): string | undefined {
  if (principal.kind === 'STAFF') return principal.staffId;
  return principal.kind === 'MEMBER' ? principal.memberId : undefined;
}

/** Staff reaches all logins, a member those of the own account. */
function isWithinReach(principal: Principal, { customerId }: Login): boolean {
  return principal.kind === 'STAFF' || ('customerId' in principal && principal.customerId === customerId);
}
