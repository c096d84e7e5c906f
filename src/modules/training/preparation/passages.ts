/**
 * A question and the passages that may hold its answer, as rows of tokens: the question's first, then one a passage. One
 * row of a caller becomes several of the model.
 */
import { AppErrors } from '../../../kernel/errors';
import { faultsOfRows, type InputRow, type Signature } from '../../models';
import { encodeTokens, type TokenPreparation } from './tokens';

export interface PassagePreparation {
  readonly format: 1;
  readonly kind: 'PASSAGES';
  readonly question: string;
  readonly passages: string;
  readonly tokens: TokenPreparation;
}

export interface AskedPassages {
  readonly passages: readonly string[];
}

/** Undefined for a version that answers rows by rows. */
export function passagesOf({
  preparation,
}: {
  readonly preparation: object | null;
}): PassagePreparation | undefined {
  const { kind } = (preparation ?? {}) as { kind?: string };
  return kind === 'PASSAGES' ? (preparation as PassagePreparation) : undefined;
}

/** @throws AppErrors with the faults of all rows; `pathOf` leads to each. */
export function encodePassages(
  { question, passages, tokens }: PassagePreparation,
  { inputs }: Signature,
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): { readonly numbers: Float32Array; readonly asked: readonly AskedPassages[] } {
  const faults = faultsOfRows(inputs, rows, pathOf);
  if (faults.length > 0) throw new AppErrors(faults);
  const asked = (rows as readonly InputRow[]).map((row) => ({
    question: row[question] as string,
    passages: row[passages] as readonly string[],
  }));
  const texts = asked.flatMap((one) => [one.question, ...one.passages]);
  const numbers = new Float32Array(texts.length * tokens.width);
  texts.forEach((text, at) => encodeTokens(tokens, text, numbers, at * tokens.width));
  return { numbers, asked };
}
