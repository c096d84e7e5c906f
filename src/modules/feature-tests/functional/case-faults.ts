/** What cannot be a case: pure, every fault at once, each at its path. What it makes of the rest is what is kept. */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { TestCaseInput, TestCheckInput } from './test-suite.input';
import { type TestCase, type TestCheck, TestCheckKind } from './test-case.type';

const CHANGING = new Set([TestCheckKind.UNCHANGED, TestCheckKind.MOVES_UP, TestCheckKind.MOVES_DOWN]);
const VALUED = new Set([TestCheckKind.EQUALS, TestCheckKind.CONTAINS]);

export function caseFaults(cases: readonly TestCaseInput[], path: readonly string[]): AppError[] {
  const seen = new Set<string>();
  return cases.flatMap(({ key, input, checks }, index) => {
    const at = [...path, String(index)];
    const faults = checks.flatMap((check, place) => checkFaults(check, [...at, 'checks', String(place)]));
    if (seen.has(key)) faults.unshift(invalidInput([...at, 'key'], 'Another case has this key.', 'unique'));
    seen.add(key);
    if (!isObject(input))
      faults.unshift(
        invalidInput([...at, 'input'], 'An input is an object with the fields of one row.', 'object'),
      );
    return faults;
  });
}

export function caseOf({ key, input, checks, mustPass, tags }: TestCaseInput): TestCase {
  return {
    key,
    input: input as Record<string, unknown>,
    checks: checks.map(checkOf),
    mustPass,
    tags: [...new Set(tags)].sort(),
  };
}

function checkOf({ kind, field, value, tolerance, minimum, maximum, changes }: TestCheckInput): TestCheck {
  return {
    kind,
    field: field ?? null,
    value: value ?? null,
    tolerance: tolerance ?? null,
    minimum: minimum ?? null,
    maximum: maximum ?? null,
    changes: CHANGING.has(kind) ? (changes as Record<string, unknown>) : null,
  };
}

function checkFaults(check: TestCheckInput, path: readonly string[]): AppError[] {
  const { kind, field, value, minimum, maximum, changes } = check;
  const faults: AppError[] = [];
  const wanted = (name: string, message: string): void =>
    void faults.push(invalidInput([...path, name], message, 'required'));
  if (kind === TestCheckKind.REFUSED) return faults;
  if (field == null) wanted('field', `Say which field of the answer ${kind} is about, for example label.`);
  if (VALUED.has(kind) && value === undefined) wanted('value', `Say what ${kind} is held against.`);
  if (kind === TestCheckKind.NEAR && typeof value !== 'number') wanted('value', 'NEAR needs a number.');
  if (kind === TestCheckKind.BETWEEN && minimum == null && maximum == null)
    wanted('minimum', 'BETWEEN needs a minimum, a maximum, or both.');
  if (minimum != null && maximum != null && minimum > maximum)
    faults.push(
      invalidInput([...path, 'minimum'], 'No number is both from minimum on and up to maximum.', 'range'),
    );
  if (CHANGING.has(kind) && (!isObject(changes) || Object.keys(changes).length === 0))
    wanted(
      'changes',
      `${kind} needs what is changed in the input: an object with fields and their other values.`,
    );
  return faults;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
