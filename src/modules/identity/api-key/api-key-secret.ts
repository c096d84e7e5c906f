/**
 * The text of an API key: `flw_live_` + 30 random letters + 6 letters of checksum. The checksum lets a typo be refused
 * without a look into the database; the prefix lets secret scanners find a leaked key.
 */
import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeyMode } from '../../../kernel/principal';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LETTERS = 30;
const CHECKSUM_LETTERS = 6;
const PATTERN = new RegExp(
  `^flw_(live|test)_([0-9A-Za-z]{${RANDOM_LETTERS}})([0-9A-Za-z]{${CHECKSUM_LETTERS}})$`,
);

export function newSecret(mode: KeyMode): string {
  const head = `flw_${mode.toLowerCase()}_`;
  const random = Array.from({ length: RANDOM_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${head}${random}${checksum(head + random)}`;
}

export function looksLikeSecret(text: string): boolean {
  return text.startsWith('flw_');
}

/** Whether the text can be a key of ours at all. */
export function isWellFormed(text: string): boolean {
  const match = PATTERN.exec(text);
  return match !== null && checksum(text.slice(0, -CHECKSUM_LETTERS)) === match[3];
}

/** What may be shown of a secret: enough to tell keys apart. */
export function visiblePrefix(secret: string): string {
  return secret.slice(0, 'flw_live_'.length + 4);
}

function checksum(text: string): string {
  let value = crc32(text);
  let letters = '';
  for (let i = 0; i < CHECKSUM_LETTERS; i++) {
    letters = LETTERS[value % LETTERS.length] + letters;
    value = Math.floor(value / LETTERS.length);
  }
  return letters;
}
