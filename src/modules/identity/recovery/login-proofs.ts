/**
 * The tokens in links that are sent by mail. A token is made of the login and of what it may change, by the server's key: nothing
 * that opens an account lies in the database, a mail that is sent again holds the same link, and a link ends by itself once the
 * password or the address it was made for is another one.
 */
import type { Clock } from '../../../kernel/clock';
import type { Crypto } from '../../../platform/crypto';

/** What is looked for in the database before it is proven. */
const LOGIN = /^(mem|stf)_\w+$/;

export type ProofPurpose = 'password-reset' | 'email-verification';

export class LoginProofs {
  constructor(
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** @param state what it is good for: it proves nothing once that has changed. */
  make(purpose: ProofPurpose, loginId: string, state: string, until: Date): string {
    const claim = `${loginId}.${until.getTime()}`;
    return `${claim}.${this.crypto.mac(purpose, `${claim} ${state}`)}`;
  }

  /** Whose a token says it is, while it lasts. That it says so proves nothing. */
  loginOf(token: string): string | undefined {
    const [loginId = '', end = ''] = token.split('.');
    return LOGIN.test(loginId) && Number(end) > this.clock.millis() ? loginId : undefined;
  }

  proves(purpose: ProofPurpose, token: string, state: string): boolean {
    const [loginId = '', end = '', mac = ''] = token.split('.');
    const isMade = this.crypto.verifyMac(purpose, `${loginId}.${end} ${state}`, mac);
    return isMade && this.loginOf(token) !== undefined;
  }
}
