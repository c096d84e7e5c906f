/** Whether an answer is the one that people hope for, and whether it would have been right to give it. */
export interface PositiveOutcome {
  /** The name of a class; null where a number decides. */
  readonly positiveLabel: string | null;
  /** From this number on; null where a class decides. */
  readonly scoreFrom: number | null;
}

/** @param outputs of one row. Undefined where they do not say. */
export function isSelected(outcome: PositiveOutcome, outputs: unknown): boolean | undefined {
  const row: unknown = Array.isArray(outputs) && outputs.length === 1 ? outputs[0] : outputs;
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  const wanted = outcome.positiveLabel === null ? 'number' : 'string';
  const said = Object.values(row).find((value) => typeof value === wanted) as string | number | undefined;
  return said === undefined ? undefined : isPositive(outcome, said);
}

/** @param answer a class or a number, as a version answers or as somebody says that it should have. */
export function isPositive(
  { positiveLabel, scoreFrom }: PositiveOutcome,
  answer: string | number,
): boolean | undefined {
  if (positiveLabel !== null) return typeof answer === 'string' ? answer === positiveLabel : undefined;
  return typeof answer === 'number' ? answer >= scoreFrom! : undefined;
}
