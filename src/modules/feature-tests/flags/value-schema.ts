/**
 * The JSON Schema (2020-12) of a flag's values, by ajv. A schema is written by staff and runs here, so it is small, loads nothing
 * from elsewhere, and has little time: a pattern can be written that would never end. ajv is loaded when a flag first has a schema:
 * most processes never meet one.
 */
import vm from 'node:vm';
import type { ErrorObject, ValidateFunction } from 'ajv';

export const LONGEST_SCHEMA = 20_000;
const MOST_FAULTS = 20;
/** Much for all values of a flag together, also on a busy machine; and nobody else is answered meanwhile. */
const CHECK_MS = 500;
export interface ValueFault {
  /** Where in the value. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The faults of each of these values, in their order. */
export type ValueCheck = (values: readonly unknown[]) => ValueFault[][];

/** What checks values, all of them within `checkMs`; or why this is no schema, in words. */
export async function valueCheckOf(schema: unknown, checkMs = CHECK_MS): Promise<ValueCheck | string> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return 'A JSON Schema is a JSON object.';
  if (JSON.stringify(schema).length > LONGEST_SCHEMA)
    return `A JSON Schema has at most ${LONGEST_SCHEMA} letters.`;
  if ('$async' in schema) return 'A JSON Schema with $async cannot be used here.';
  const { default: Ajv2020 } = await import('ajv/dist/2020');
  const { default: addFormats } = await import('ajv-formats');
  // One for each schema: schemas may name themselves, and would be known to the next.
  const ajv = addFormats(
    new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      // Else a part is written out wherever it is named: 20 000 letters become a program of many megabytes.
      inlineRefs: false,
      logger: false,
    }),
  );
  try {
    return checkBy(ajv.compile(schema), checkMs);
  } catch (error) {
    return `This is no JSON Schema of draft 2020-12: ${(error as Error).message}.`;
  }
}

function checkBy(validate: ValidateFunction, checkMs: number): ValueCheck {
  return (values) => {
    const checked: ValueFault[][] = [];
    try {
      within(checkMs, () => {
        for (const value of values)
          checked.push(validate(value) ? [] : (validate.errors ?? []).slice(0, MOST_FAULTS).map(faultOf));
      });
    } catch {
      const message = `It could not be checked within ${checkMs} ms: make the schema simpler.`;
      while (checked.length < values.length) checked.push([{ path: [], message }]);
    }
    return checked;
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
function within(ms: number, work: () => void): void {
  vm.runInNewContext('work()', { work }, { timeout: ms });
}
