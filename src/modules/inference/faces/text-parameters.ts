/**
 * What a text may be asked with through the REST faces. Their protocols name it alike, and clients change from one to the other
 * within the same limits; how a field is left out is each one's own.
 */
import { z } from 'zod';
import type { GenerationCall } from '../generation/generation';

const DEFAULT_TOKENS = 256;
const MAX_TOKENS = 4096;

const stop = z.string().min(1).max(200);

export const TEXT_PARAMETERS = {
  max_tokens: z.int().min(1).max(MAX_TOKENS),
  temperature: z.number().min(0).max(2),
  top_p: z.number().gt(0).max(1),
  seed: z.int(),
  stop: z.union([stop, z.array(stop).max(4)], 'Send one text of 1 to 200 characters, or at most four.'),
};

type Asked = {
  readonly [field in keyof typeof TEXT_PARAMETERS]?: z.infer<(typeof TEXT_PARAMETERS)[field]> | null;
};

/** The same as the one path asks it. */
export function textParametersOf(asked: Asked): GenerationCall['parameters'] {
  return {
    maxTokens: asked.max_tokens ?? DEFAULT_TOKENS,
    temperature: asked.temperature ?? 1,
    topP: asked.top_p ?? 1,
    seed: asked.seed ?? null,
    stop: [asked.stop ?? []].flat(),
  };
}
