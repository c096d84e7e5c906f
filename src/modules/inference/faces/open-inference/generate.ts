/** The generate extension of the Open Inference Protocol: a text in, its continuation out, whole or as events. */
import { z } from 'zod';
import type { GenerationCall, GenerationChunk } from '../../generation/generation';
import { TEXT_PARAMETERS, textParametersOf } from '../text-parameters';
import { brokenOff, isWhole, type WholeText } from '../text-stream';

const parameters = z.strictObject({ ...TEXT_PARAMETERS, stream: z.boolean() }).partial();

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
  readonly model: string;
  /** The protocol's number of a version. */
  readonly numberOf: (versionId: string) => string;
}

export function parametersOf({
  parameters: within,
  ...beside
}: GenerateRequest): GenerationCall['parameters'] {
  return textParametersOf({ ...beside, ...within });
}

export function wholeText(head: TextHead, { text, last }: WholeText): object {
  return { ...headOf(head, last), text_output: text, details: detailsOf(last) };
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
    yield event({ ...headOf(head, chunk), text_output: chunk.text, ...details });
  }
  if (!isWhole(last)) yield event({ error: brokenOff(last).message });
}

/** Which version writes is known with the first piece: another deployment may stand in. */
function headOf({ id, model, numberOf }: TextHead, { versionId }: GenerationChunk): object {
  return { id, model_name: model, model_version: numberOf(versionId) };
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
