/**
 * How many tokens a text of a remote engine took. What the engine says is taken where it can be true; where it says
 * nothing, or what cannot be, what was seen counts: at least one token a piece, at most one a byte.
 */
export interface ToldUsage {
  readonly promptTokens: number;
  /** Those of its reasoning too, by the definition of the protocol. */
  readonly completionTokens: number;
  /** Of these, the tokens of a reasoning that need not be shown. */
  readonly reasoningTokens?: number;
}

export interface SeenText {
  readonly promptBytes: number;
  /** Turns of the conversation: each has marks of its own around it. */
  readonly turns: number;
  /** Of the text, and of reasoning where it is shown. */
  readonly bytes: number;
  readonly pieces: number;
  readonly maxTokens: number;
}

export interface CheckedUsage extends Omit<ToldUsage, 'reasoningTokens'> {
  readonly verdict: 'TOLD' | 'OMITTED' | 'IMPLAUSIBLE';
}

/** No tokenizer in use makes tokens of more bytes than this, seen over a whole text. */
const BYTES_A_TOKEN = 64;
const USUAL_BYTES_A_TOKEN = 4;
const MARKS_A_TURN = 32;

export function checkUsage(told: Partial<ToldUsage> | undefined, seen: SeenText): CheckedUsage {
  const { promptTokens, completionTokens, reasoningTokens = 0 } = told ?? {};
  const { promptBytes, turns, bytes, pieces, maxTokens } = seen;
  const own = {
    promptTokens: Math.ceil(promptBytes / USUAL_BYTES_A_TOKEN),
    completionTokens: Math.min(maxTokens, Math.max(pieces, Math.ceil(bytes / BYTES_A_TOKEN))),
  };
  if (promptTokens === undefined || completionTokens === undefined) return { ...own, verdict: 'OMITTED' };
  const isTrue =
    isWithin(
      promptTokens,
      Math.ceil(promptBytes / BYTES_A_TOKEN),
      promptBytes + MARKS_A_TURN * (turns + 1),
    ) &&
    isWithin(reasoningTokens, 0, completionTokens) &&
    // One token ends a text without being seen in it. Of what is hidden no more is believed than was allowed in all.
    isWithin(
      completionTokens,
      Math.ceil(bytes / BYTES_A_TOKEN),
      Math.min(maxTokens, bytes + pieces + 1 + reasoningTokens),
    );
  return isTrue ? { promptTokens, completionTokens, verdict: 'TOLD' } : { ...own, verdict: 'IMPLAUSIBLE' };
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
