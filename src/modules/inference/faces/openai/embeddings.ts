/** Embeddings as the OpenAI protocol asks and answers them: texts in; numbers, or their bytes in base64, out. */
import { z } from 'zod';
import { invalidInput } from '../../../../kernel/errors';
import type { WarmVersion } from '../../../deployments';
import { DType } from '../../../models';
import { MAX_ROWS } from '../../prediction/inputs';
import type { OutputRow } from '../../prediction/outputs';
import { fields, TOKEN_IDS } from './openai-fields';

const TEXT = 'text';
const VECTOR = 'embedding';

export const embeddingsSchema = fields({
  model: z.string().min(1).max(100),
  input: z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_ROWS)],
    `Send a text, or a list of 1 to ${MAX_ROWS} texts. ${TOKEN_IDS}`,
  ),
  encoding_format: z.enum(['float', 'base64']).optional(),
  dimensions: z.int().positive().optional(),
  user: z.string().min(1).max(200).optional(),
});

export type EmbeddingsRequest = z.infer<typeof embeddingsSchema>;

export function rowsOf({ input }: EmbeddingsRequest): readonly { readonly [TEXT]: string }[] {
  return (Array.isArray(input) ? input : [input]).map((text) => ({ [TEXT]: text }));
}

/** @throws AppError INVALID_INPUT unless the version makes vectors of texts, of this many numbers when that was asked. */
export function checkEmbeds(
  { signature, outputWidth }: WarmVersion,
  { model, dimensions }: EmbeddingsRequest,
): void {
  const [text, ...others] = signature.inputs;
  const embeds =
    text?.name === TEXT &&
    text.dtype === DType.STRING &&
    others.length === 0 &&
    signature.outputs.some(({ name }) => name === VECTOR);
  if (!embeds)
    throw invalidInput(['model'], `The model ${model} does not embed texts. Ask GET /v1/models for others.`);
  if (dimensions !== undefined && dimensions !== outputWidth)
    throw invalidInput(
      ['dimensions'],
      `The model ${model} answers ${outputWidth} dimensions and no other number.`,
    );
}

export function embeddingsAnswer(
  outputs: readonly OutputRow[],
  { model, encoding_format: encoding = 'float' }: EmbeddingsRequest,
  promptTokens: number,
): object {
  return {
    object: 'list',
    model,
    data: outputs.map((row, index) => {
      const numbers = row[VECTOR] as readonly number[];
      return { object: 'embedding', index, embedding: encoding === 'float' ? numbers : base64Of(numbers) };
    }),
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  };
}

/** Numbers of 32 bits, the lowest byte first. */
function base64Of(numbers: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(numbers.length * 4);
  numbers.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
