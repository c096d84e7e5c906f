/** Hashes over canonical forms, so that equal contents have equal names wherever they were made. */
import { createHash } from 'node:crypto';

/** SHA-256 as lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** JSON with sorted keys and no spaces (RFC 8785 for the values we use: no exotic numbers). bigint becomes a string, Date ISO 8601. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part !== null && typeof part === 'object' && !Array.isArray(part) && !(part instanceof Date)) {
      return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }
    return part;
  });
}

export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
