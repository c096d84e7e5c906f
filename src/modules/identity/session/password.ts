/** Passwords are kept as argon2id hashes (RFC 9106), with the library's defaults: 19 MiB, two passes, one lane. */
import { hash, verify } from '@node-rs/argon2';

/** Verified against when there is no such login, so that the answer takes the same time. */
let decoy: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** Always does the work of one verification, also without a hash. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hash('no login has this password');
  const matches = await verify(stored ?? (await decoy), password);
  return matches && stored !== null && stored !== undefined;
}
