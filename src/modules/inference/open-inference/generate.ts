/** The generate extension of the Open Inference Protocol: a text in, its continuation out, whole or as events. */
import { z } from 'zod';
import type { GenerationCall, GenerationChunk } from '../generation/generation';
import { brokenOff, isWhole, type WholeText } from '../text-stream';

const DEFAULT_TOKENS = 256;
const MAX_TOKENS = 4096;
const stop = z.string().min(1).max(200);

const parameters = z.strictObject({
  max_tokens: z.int().min(1).max(MAX_TOKENS).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  seed: z.int().optional(),
  stop: z.union([stop, z.array(stop).max(4)]).optional(),
  stream: z.boolean().optional(),
});

export const generateSchema = z.strictObject({
  id: z.string().max(200).optional(),
  text_input: z.string().min(1),
  parameters: parameters.optional(),
  /** Triton takes them beside the text, too. */
  ...parameters.shape,
});

type GenerateRequest = z.infer<typeof generateSchema>;

export interface TextHead {
  readonly id: string | undefined;
  readonly model_name: string;
  readonly model_version: string;
}

export function parametersOf({
  parameters: within,
  ...beside
}: GenerateRequest): GenerationCall['parameters'] {
  const asked = { ...beside, ...within };
  return {
    maxTokens: asked.max_tokens ?? DEFAULT_TOKENS,
    temperature: asked.temperature ?? 1,
    topP: asked.top_p ?? 1,
    seed: asked.seed ?? null,
    stop: asked.stop === undefined ? [] : [asked.stop].flat(),
  };
}

export function wholeText(head: TextHead, { text, last }: WholeText): object {
  return { ...head, text_output: text, details: detailsOf(last) };
}

/** A text that breaks off ends with an error event. */
export async function* streamedText(
  head: TextHead,
  chunks: AsyncIterable<GenerationChunk>,
): AsyncGenerator<string, void> {
  let last: GenerationChunk | undefined;
  for await (const chunk of chunks) {
    last = chunk;
    if (chunk.finishReason === 'ERROR') break;
    const details = isWhole(chunk) ? { details: detailsOf(chunk) } : {};
    yield event({ ...head, text_output: chunk.text, ...details });
  }
  if (!isWhole(last)) yield event({ error: brokenOff().message });
}

function detailsOf({ finishReason, usage, inference, feedbackToken }: GenerationChunk): object {
  return {
    finish_reason: finishReason?.toLowerCase(),
    prompt_tokens: usage?.promptTokens,
    completion_tokens: usage?.completionTokens,
    inference_id: inference?.id,
    feedback_token: feedbackToken,
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
