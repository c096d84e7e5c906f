/** What a refusal says of the version that refused, and nothing of what was sent: pure. */
import type { AppErrors } from '../../../kernel/errors';
import type { ModelVersion } from '../../models';

export interface NamedFault {
  /** An input of the version; null where the row is no object, or names an input that the version does not have. */
  readonly input: string | null;
  /** As in the error that its caller got. */
  readonly constraint: string;
}

/** @param rows as they were sent: one, or a list, whose faults have an index in their path before the name. */
export function namedFaults(
  { signature }: Pick<ModelVersion, 'signature'>,
  { errors }: Pick<AppErrors, 'errors'>,
  rows: unknown,
): NamedFault[] {
  const inputs = new Set(signature.inputs.map(({ name }) => name));
  // input.rows.<name>, or input.rows.<index>.<name>
  const at = Array.isArray(rows) ? 3 : 2;
  return errors.map(({ path, data }) => {
    const name = path?.[at];
    // A name of the caller's own may be anything, and anybody's.
    const input = name !== undefined && inputs.has(name) ? name : null;
    return { input, constraint: data.constraint ?? 'other' };
  });
}
