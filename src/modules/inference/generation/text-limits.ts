/** What a text may be asked with: one rule, through whichever face, so that the same question is the same text. */
import { invalidInput } from '../../../kernel/errors';

export const TEXT_LIMITS = {
  /** Letters of a prompt; what is longer no model here reads to its end. */
  prompt: 100_000,
  tokens: 4096,
  usualTokens: 256,
  temperature: 2,
  stops: 8,
  stopLetters: 200,
  /** Within which its first token is to be there: engines that read a long prompt, or think first, take their time. */
  deadlineMs: 60_000,
  usualDeadlineMs: 30_000,
  /** Within which it is to be whole. */
  completeWithinMs: 600_000,
} as const;

/** So many tokens draw as much of the allowance as one row of a prediction. */
const TOKENS_A_ROW = 64;

/** What a text draws from the allowance. */
export function unitsOfText(maxTokens: number): number {
  return Math.ceil(maxTokens / TOKENS_A_ROW);
}

/** @throws AppError INVALID_INPUT for a prompt that is too long. @param path where the caller's protocol has it. */
export function refuseLongPrompt({ length }: string, path: readonly string[]): void {
  if (length <= TEXT_LIMITS.prompt) return;
  const message = `The prompt has ${length} characters; send at most ${TEXT_LIMITS.prompt}.`;
  throw invalidInput(path, message, 'maxLength');
}
