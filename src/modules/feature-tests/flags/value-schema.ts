/**
 * The JSON Schema (2020-12) of a flag's values, by ajv. A schema is written by staff and runs here, so it is small, loads nothing
 * from elsewhere, and has little time: a pattern can be written that would never end.
 */
import vm from 'node:vm';
import type { ErrorObject, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020';

export const LONGEST_SCHEMA = 20_000;
const MOST_FAULTS = 20;
/** Much for any value, also on a busy machine; and nobody else is answered meanwhile. */
const TIMEOUT_MS = 500;

export interface ValueFault {
  /** Where in the value. */
  readonly path: readonly string[];
  readonly message: string;
}

export type ValueCheck = (value: unknown) => ValueFault[];

/** What checks values; or why this is no schema, in words. */
export function valueCheckOf(schema: unknown): ValueCheck | string {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return 'A JSON Schema is a JSON object.';
  if (JSON.stringify(schema).length > LONGEST_SCHEMA)
    return `A JSON Schema has at most ${LONGEST_SCHEMA} letters.`;
  if ('$async' in schema) return 'A JSON Schema with $async cannot be used here.';
  // One for each schema: schemas may name themselves, and would be known to the next.
  const ajv = addFormats(
    new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      logger: false,
    }),
  );
  try {
    return checkBy(ajv.compile(schema));
  } catch (error) {
    return `This is no JSON Schema of draft 2020-12: ${(error as Error).message}.`;
  }
}

function checkBy(validate: ValidateFunction): ValueCheck {
  let isTooSlow = false;
  const fulfils = (value: unknown): boolean => {
    // Once is enough: it is the schema that is to blame.
    if (!isTooSlow) return within(() => validate(value));
    throw new Error('too slow');
  };
  return (value) => {
    try {
      return fulfils(value) ? [] : (validate.errors ?? []).slice(0, MOST_FAULTS).map(faultOf);
    } catch {
      isTooSlow = true;
      const message = `It could not be checked within ${TIMEOUT_MS} ms: make the schema simpler.`;
      return [{ path: [], message }];
    }
  };
}

function faultOf({ instancePath, message, params }: ErrorObject): ValueFault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { additionalProperty, allowedValues, allowedValue } = params as Record<string, unknown>;
  const named = additionalProperty ?? allowedValues ?? allowedValue;
  const more = named === undefined ? '' : ` (${JSON.stringify(named)})`;
  return { path, message: `By the schema of the flag it ${message ?? 'is wrong'}${more}.` };
}

/** Ends also what a regular expression does not: nothing else in one process can. @throws Error after the time. */
function within<T>(work: () => T): T {
  return vm.runInNewContext('work()', { work }, { timeout: TIMEOUT_MS }) as T;
}
