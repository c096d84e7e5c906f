/**
 * The codes of an authenticator app: time-based one-time passwords (RFC 6238), six digits of HMAC-SHA-1 every 30 seconds, which
 * is what every such app takes.
 */
import { Secret, TOTP } from 'otpauth';

const ISSUER = 'Flywheel';
const PERIOD_SECONDS = 30;
/** Clocks of phones are a little off, and whoever types takes a while. */
const STEPS_AROUND = 1;
/** As RFC 4226 recommends: as long as the hash. */
const SECRET_BYTES = 20;

/** A new secret in Base32, as apps take it. */
export function newTimeSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an app is given, as a picture or a link: `otpauth://totp/…`. @param account by which the app names it. */
export function timeSecretUri(secret: string, account: string): string {
  return timesOf(secret, account).toString();
}

/**
 * The step of time, in 30 seconds since 1970, that a code belongs to: the present one or one beside it. Undefined for any other
 * code. Whoever takes a code keeps its step and takes none of it or of an earlier one again (RFC 6238, 5.2).
 */
export function stepOfTimeCode(secret: string, code: string, at: Date): number | undefined {
  const timestamp = at.getTime();
  const times = timesOf(secret, '');
  const delta = times.validate({ token: code, timestamp, window: STEPS_AROUND });
  return delta === null ? undefined : times.counter({ timestamp }) + delta;
}

function timesOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });
}
