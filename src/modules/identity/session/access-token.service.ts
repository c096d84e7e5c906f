/**
 * Short tokens that prove who is asking without a look into the database: ES256 JSON Web Tokens (RFC 7519). Members and
 * staff get one with each session; an end user's token is minted by the customer's server and names one person only.
 */
import jwt from 'jsonwebtoken';
import type { Clock } from '../../../kernel/clock';
import type { EndUserPrincipal, MemberPrincipal, Principal, StaffPrincipal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';

const ISSUER = 'flywheel';
export const SESSION_TOKEN_SECONDS = 15 * 60;
export const MAX_END_USER_TOKEN_SECONDS = 60 * 60;

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

type TokenPrincipal = StaffPrincipal | MemberPrincipal | EndUserPrincipal;

export class AccessTokenService {
  constructor(
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  issue(principal: TokenPrincipal, seconds: number): IssuedToken {
    const now = Math.floor(this.clock.millis() / 1000);
    const token = jwt.sign({ principal, iat: now, exp: now + seconds }, this.crypto.jwt.privateKey, {
      algorithm: 'ES256',
      issuer: ISSUER,
      keyid: this.crypto.jwt.keyId,
    });
    return { token, expiresAt: new Date((now + seconds) * 1000) };
  }

  /** The principal a valid token names; undefined for anything else. */
  verify(token: string): Principal | undefined {
    try {
      const claims = jwt.verify(token, this.crypto.jwt.publicKey, {
        algorithms: ['ES256'],
        issuer: ISSUER,
        clockTimestamp: Math.floor(this.clock.millis() / 1000),
      });
      return typeof claims === 'object' ? (claims.principal as TokenPrincipal) : undefined;
    } catch {
      return undefined;
    }
  }
}
