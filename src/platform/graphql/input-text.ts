/**
 * Values that the database cannot hold, found before anything is done with them: half a surrogate pair (two different
 * ones would be stored as the same replacement character, so two people could become one) and JSON nested so deep that
 * reading it again would exhaust the stack.
 */
import { type AppError, invalidInput } from '../../kernel/errors';

const MAX_DEPTH = 40;
const MAX_FAULTS = 20;

/** Every such value below `value`, each at its path. */
export function textFaults(value: unknown): AppError[] {
  const faults: AppError[] = [];
  collect(value, [], faults);
  return faults;
}

/** `path` is one list for the whole walk: most calls find nothing, and then nothing is copied. */
function collect(value: unknown, path: string[], faults: AppError[]): void {
  if (faults.length >= MAX_FAULTS) return;
  if (typeof value === 'string') {
    if (!isWellFormed(value)) faults.push(invalidInput([...path], HALF_CHARACTER, 'text'));
    return;
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return;
  if (path.length >= MAX_DEPTH) {
    faults.push(invalidInput(path.slice(0, 3), `Values nest at most ${MAX_DEPTH} deep.`, 'depth'));
    return;
  }
  if (Array.isArray(value)) return collectOfList(value, path, faults);
  for (const key of Object.keys(value)) {
    if (!isWellFormed(key)) faults.push(invalidInput([...path], HALF_CHARACTER, 'text'));
    path.push(key);
    collect((value as Record<string, unknown>)[key], path, faults);
    path.pop();
  }
}

/** A tensor is a million numbers: what can hold no text is passed over without a name of its own. */
function collectOfList(list: readonly unknown[], path: string[], faults: AppError[]): void {
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    if (typeof value !== 'string' && typeof value !== 'object') continue;
    path.push(String(index));
    collect(value, path, faults);
    path.pop();
  }
}

const HALF_CHARACTER = 'The text holds half of a surrogate pair. Send whole characters.';
/** A surrogate without its other half. With the flag `u` a whole pair is one character and does not match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
