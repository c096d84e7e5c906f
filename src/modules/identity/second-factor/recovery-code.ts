/** Codes for whoever has lost the phone: each works once, in the place of one by time. They are kept as keyed hashes alone. */
import { randomInt } from 'node:crypto';

export const RECOVERY_CODES = 10;
/** Crockford’s: none that is taken for another one. 50 bits a code, of which ten may be tried before everybody waits. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const HALF = 5;

export function newRecoveryCodes(): string[] {
  const half = (): string => Array.from({ length: HALF }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: RECOVERY_CODES }, () => `${half()}-${half()}`);
}

/** As it was made, from what somebody typed; undefined for what cannot be one. */
export function recoveryCodeOf(typed: string): string | undefined {
  const letters = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  const isOne = letters.length === 2 * HALF && [...letters].every((letter) => LETTERS.includes(letter));
  return isOne ? `${letters.slice(0, HALF)}-${letters.slice(HALF)}` : undefined;
}
