/**
 * Checks what a resolver is given. class-validator runs only for classes that have rules, and pages check themselves:
 * every list has one, and the general way costs more than writing the list.
 */
import { getMetadataStorage, validateOrReject } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';
import { PageArgs } from './connection';

const OPTIONS = {
  forbidUnknownValues: false,
  skipMissingProperties: true,
  validationError: { target: false, value: false },
};

/** @throws AppError or ArgumentValidationError for what breaks a rule. */
export function validateInput(value: unknown): void | Promise<void> {
  if (value instanceof PageArgs) return value.check();
  const given = Array.isArray(value) ? (value as unknown[]) : [value];
  const ruled = given.filter(
    (item): item is object => typeof item === 'object' && item !== null && hasRules(item),
  );
  if (ruled.length > 0) return validateAll(ruled);
}

async function validateAll(values: readonly object[]): Promise<void> {
  try {
    await Promise.all(values.map((value) => validateOrReject(value, OPTIONS)));
  } catch (faults) {
    throw new ArgumentValidationError(faults as never);
  }
}

const ruledClasses = new WeakMap<object, boolean>();

/** What is of no class is the caller's own JSON: any of its keys may be `constructor`. */
function hasRules(given: object): boolean {
  const prototype = Object.getPrototypeOf(given) as { readonly constructor: NewableFunction } | null;
  if (prototype === null || prototype === Object.prototype) return false;
  const { constructor } = prototype;
  let ruled = ruledClasses.get(constructor);
  if (ruled === undefined) {
    ruled = getMetadataStorage().getTargetValidationMetadatas(constructor, '', true, false).length > 0;
    ruledClasses.set(constructor, ruled);
  }
  return ruled;
}
