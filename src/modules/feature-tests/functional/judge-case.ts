/** Whether an answer is what a case expects: pure, with a sentence for everything that is not so. */
import { canonicalJson } from '../../../kernel/hash';
import { type TestCase, type TestCheck, TestCheckKind } from './test-case.type';

/** What a version made of an input: an answer, or a refusal in words. */
export type Answer = { readonly output: Readonly<Record<string, unknown>> } | { readonly refusal: string };

/** Asks the version once more, with another input. */
export type AskAgain = (input: Record<string, unknown>) => Promise<Answer>;

const QUOTED_LENGTH = 80;

/** A sentence for every check that does not hold; empty when the case passes. */
export async function failuresOf(
  { input, checks }: TestCase,
  answer: Answer,
  again: AskAgain,
): Promise<string[]> {
  const failures: string[] = [];
  for (const check of checks) {
    const failure = await failureOf(check, answer, () => again({ ...input, ...check.changes }));
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

async function failureOf(
  check: TestCheck,
  answer: Answer,
  changed: () => Promise<Answer>,
): Promise<string | undefined> {
  if (check.kind === TestCheckKind.REFUSED)
    return 'refusal' in answer ? undefined : `It was to be refused and answered ${quoted(answer.output)}.`;
  if ('refusal' in answer) return `It was refused: ${answer.refusal}`;
  const field = check.field!;
  if (!(field in answer.output))
    return `The answer has no ${field}; it has ${Object.keys(answer.output).join(', ')}.`;
  const found = answer.output[field];
  if (check.changes === null) return valueFailure(check, field, found);
  const other = await changed();
  if ('refusal' in other) return `With the changes it was refused: ${other.refusal}`;
  return changeFailure(check, field, found, other.output[field]);
}

function valueFailure(check: TestCheck, field: string, found: unknown): string | undefined {
  const { kind, value } = check;
  switch (kind) {
    case TestCheckKind.EQUALS:
      return same(found, value) ? undefined : `${field} is ${quoted(found)}, not ${quoted(value)}.`;
    case TestCheckKind.CONTAINS:
      return contains(found, value) ? undefined : `${field} is ${quoted(found)}, without ${quoted(value)}.`;
    case TestCheckKind.NEAR: {
      const tolerance = check.tolerance ?? 0;
      const isNear = typeof found === 'number' && Math.abs(found - (value as number)) <= tolerance;
      return isNear
        ? undefined
        : `${field} is ${quoted(found)}, more than ${tolerance} from ${quoted(value)}.`;
    }
    default: {
      const { minimum, maximum } = check;
      const isWithin =
        typeof found === 'number' && found >= (minimum ?? -Infinity) && found <= (maximum ?? Infinity);
      return isWithin ? undefined : `${field} is ${quoted(found)}, not ${rangeInWords(minimum, maximum)}.`;
    }
  }
}

function rangeInWords(minimum: number | null, maximum: number | null): string {
  if (minimum === null) return `${maximum} or less`;
  return maximum === null ? `${minimum} or more` : `from ${minimum} to ${maximum}`;
}

function changeFailure(
  { kind, tolerance, changes }: TestCheck,
  field: string,
  before: unknown,
  after: unknown,
): string | undefined {
  const told = `With ${quoted(changes)}, ${field} goes from ${quoted(before)} to ${quoted(after)}`;
  const areNumbers = typeof before === 'number' && typeof after === 'number';
  if (kind === TestCheckKind.UNCHANGED) {
    const isSame = areNumbers ? Math.abs(after - before) <= (tolerance ?? 0) : same(before, after);
    return isSame ? undefined : `${told}; it was to stay${areNumbers ? ` within ${tolerance ?? 0}` : ''}.`;
  }
  if (!areNumbers) return `${told}; only numbers move up or down.`;
  const isUp = kind === TestCheckKind.MOVES_UP;
  const moved = isUp ? after > before : after < before;
  return moved ? undefined : `${told}; it was to move ${isUp ? 'up' : 'down'}.`;
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function contains(found: unknown, value: unknown): boolean {
  if (typeof found === 'string') return typeof value === 'string' && found.includes(value);
  return Array.isArray(found) && found.some((item) => same(item, value));
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}
