/** Opaque keyset cursors: the sort value and the id of a row, so that a page stays right under inserts. */
import { invalidInput } from '../../../kernel/errors';

export interface Position {
  readonly value: string | null;
  readonly id: string;
}

export function encodeCursor({ value, id }: Position): string {
  return Buffer.from(JSON.stringify(value === id ? [id] : [value, id])).toString('base64url');
}

/** @throws AppError INVALID_INPUT at `after` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(parts) || parts.length < 1 || parts.length > 2) throw badCursor();
  const id: unknown = parts.at(-1);
  const value: unknown = parts[0];
  if (typeof id !== 'string' || !(value === null || typeof value === 'string') || cursor.length > 2000)
    throw badCursor();
  return { value, id };
}

export function badCursor(): Error {
  return invalidInput(
    ['after'],
    'This is no cursor of this list. Take `endCursor` of the page before.',
    'cursor',
  );
}
