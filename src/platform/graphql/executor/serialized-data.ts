/** Data that is JSON text already. Apollo carries it as an object and writes it out by its `stringifyResult` option. */
import type { FormattedExecutionResult } from 'graphql';

export class SerializedData {
  constructor(readonly text: string) {}

  /** For whoever serialises it in another way. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** JSON of a result, with the order of fields that Apollo uses: errors, data, extensions. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data;
  if (!(data instanceof SerializedData)) return JSON.stringify(result);
  const errors = result.errors ? `"errors":${JSON.stringify(result.errors)},` : '';
  const extensions = result.extensions ? `,"extensions":${JSON.stringify(result.extensions)}` : '';
  return `{${errors}"data":${data.text}${extensions}}`;
}
