/** What goes wrong with credentials, in words that tell an attacker nothing. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';

/** The same answer for an unknown e-mail and a wrong password. */
export function wrongCredentials(): AppError {
  return invalidInput(['input'], 'E-mail or password is wrong. Check both and try again.', 'credentials');
}

export function secondFactorRequired(): AppError {
  return new AppError(
    'SECOND_FACTOR_REQUIRED',
    'This login asks for a second factor: send a code of its authenticator app, or a recovery code, as input.code.',
    ['input', 'code'],
  );
}

export function wrongSecondFactor(): AppError {
  return invalidInput(
    ['input', 'code'],
    'This code is wrong, over or was used already. Wait for the next one, or use a recovery code.',
    'secondFactor',
  );
}

export function secondFactorNone(path: readonly string[]): AppError {
  return conflict('This login has no second factor.', path);
}

export function secondFactorOfOwner(): AppError {
  return conflict('Only an owner does this for an owner. Ask one, or those who run this service.', [
    'input',
    'id',
  ]);
}

export function tooManyAttempts(retryAfterMs: number): AppError {
  return new AppError(
    'RATE_LIMITED',
    `Too many failed attempts. Try again in ${Math.ceil(retryAfterMs / 60_000)} minutes.`,
    undefined,
    { retryAfterMs },
  );
}

export function tooManyRequests(retryAfterMs: number): AppError {
  return new AppError(
    'RATE_LIMITED',
    `Too many links were asked for. Look for the mail, or try again in ${Math.ceil(retryAfterMs / 60_000)} minutes.`,
    undefined,
    { retryAfterMs },
  );
}

/** The same answer for a link that was used, is over or never was. */
export function linkLapsed(): AppError {
  return invalidInput(['input', 'token'], 'This link is not valid any more. Ask for a new one.', 'token');
}

export function invalidRefreshToken(): AppError {
  return invalidInput(
    ['input', 'refreshToken'],
    'This refresh token is not valid any more. Sign in again.',
    'refreshToken',
  );
}

export function emailTaken(): AppError {
  const message =
    'An account with this e-mail address exists, and an address has only one. Sign in with it if it is yours, or use another address.';
  return conflict(message, ['input', 'email']);
}

export function accountClosing(eraseAfter: Date): AppError {
  return new AppError(
    'ACCOUNT_CLOSING',
    `This account was closed: it runs and changes nothing any more, and its data are deleted after ${eraseAfter.toISOString()}. Until then members can sign in and take data out, and an owner can open it again with customerReopen.`,
  );
}

export function processingRestricted(): AppError {
  return new AppError(
    'PROCESSING_RESTRICTED',
    'The person asked that data about them be kept but not used. Leave the person out, or lift the restriction with restrictionLift once that may be done.',
  );
}
