/** Which fields of a kept row are not what they should be: nothing is written where nothing changed, and the difference can be told. */
import { canonicalJson } from '../../../kernel/hash';

/** Names of the fields of `after` that `before` does not have with the same value; all of them when there is no `before`. */
export function changedFields<T extends object>(
  before: object | null | undefined,
  after: T,
): (keyof T & string)[] {
  const held = (before ?? {}) as Record<string, unknown>;
  return (Object.entries(after) as [keyof T & string, unknown][])
    .filter(([name, value]) => !before || canonicalJson(plain(held[name])) !== canonicalJson(plain(value)))
    .map(([name]) => name);
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
