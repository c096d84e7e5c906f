/**
 * What every engine that writes text can do, whether it runs in a child process of ours or behind somebody's HTTP
 * server: a prompt in, pieces of text out, each with the tokens and the device time that it took. Rows of numbers are
 * the other interface (`Engine`).
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { EngineInfo } from '../engine';

/** A version that writes text, as an engine needs it; `A` is what that engine loads. */
export interface TokenEngine<A extends { readonly versionId: string }> {
  /** Makes a version ready; loading it again replaces it. Answers who will run it. */
  load(artefact: A): Promise<EngineInfo>;
  /** Ends after the chunk with `finish`. The signal reaches the engine: it writes no further token. */
  generate(versionId: string, request: TokenRequest, signal: CancelSignal): AsyncIterable<TokenChunk>;
  unload(versionId: string): Promise<void>;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface TokenRequest {
  readonly prompt: string;
  /** The conversation from which the prompt was made, for engines that take turns; others read the prompt. */
  readonly messages?: readonly ChatMessage[];
  /** At most so many tokens are written. */
  readonly maxTokens: number;
  /** 0 takes the likeliest token always; 1 draws from what the model believes. */
  readonly temperature: number;
  /** Draws only from the likeliest tokens that together reach this probability. */
  readonly topP: number;
  /** The same seed and request write the same text on the same engine; null = another text each time. */
  readonly seed: number | null;
  /** The text ends before the first of these; they are not part of it. */
  readonly stop: readonly string[];
}

export interface TokenChunk {
  /** Whole characters always; may be empty, when tokens were spent and no character is finished yet. */
  readonly text: string;
  /** Tokens written since the last chunk. */
  readonly tokens: number;
  /** Tokens of the prompt as they were read; with the first chunk. */
  readonly promptTokens?: number;
  /** Device time since the last chunk, this stream's own. */
  readonly deviceMs: number;
  /** With the last chunk alone: a stop string or the model's own end, or `maxTokens`. */
  readonly finish?: 'STOP' | 'LENGTH';
}
