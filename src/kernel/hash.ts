/** Hashes over canonical forms, so that equal contents have equal names wherever they were made. */
import { hash } from 'node:crypto';

/** SHA-256 as lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** JSON with sorted keys and no spaces (RFC 8785 for the values we use: no exotic numbers). bigint becomes a string, Date ISO 8601. */
export function canonicalJson(value: unknown): string {
  return textOf(value)!;
}

/** Written by hand: JSON.stringify with a function that sorts takes five times as long, and every event is hashed. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (hasOwnText(value)) return textOf(value.toJSON());
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join()}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const text = textOf((value as Record<string, unknown>)[key]);
    if (text !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${text}`;
  }
  return `{${members}}`;
}

function hasOwnText(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
