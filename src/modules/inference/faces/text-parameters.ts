/**
 * What a text may be asked with through the REST faces. Their protocols name it alike, and the limits are those of every face;
 * how a field is left out is each one's own.
 */
import { z } from 'zod';
import type { GenerationCall } from '../generation/generation';
import { TEXT_LIMITS } from '../generation/text-limits';

const { tokens, usualTokens, temperature, stops, stopLetters } = TEXT_LIMITS;
const stop = z.string().min(1).max(stopLetters);

export const TEXT_PARAMETERS = {
  max_tokens: z.int().min(1).max(tokens),
  temperature: z.number().min(0).max(temperature),
  top_p: z.number().gt(0).max(1),
  seed: z.int(),
  stop: z.union(
    [stop, z.array(stop).max(stops)],
    `Send one text of 1 to ${stopLetters} characters, or at most ${stops}.`,
  ),
};

type Asked = {
  readonly [field in keyof typeof TEXT_PARAMETERS]?: z.infer<(typeof TEXT_PARAMETERS)[field]>;
};

/** The same as the one path asks it. */
export function textParametersOf(asked: Asked): GenerationCall['parameters'] {
  return {
    maxTokens: asked.max_tokens ?? usualTokens,
    temperature: asked.temperature ?? 1,
    topP: asked.top_p ?? 1,
    seed: asked.seed ?? null,
    stop: [asked.stop ?? []].flat(),
  };
}
