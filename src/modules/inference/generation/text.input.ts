/** What a text is asked with, whether it is streamed or written for later. */
import { ArrayMaxSize, Length, Max, Min } from 'class-validator';
import { Field, Float, InputType, Int } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { CallInput } from '../prediction/call.input';
import type { GenerationCall } from './generation';

const MAX_TOKENS = 2048;
const DEFAULT_TOKENS = 128;
/** Through whichever face: what is longer no model here reads to its end. */
const MAX_PROMPT = 100_000;
const MAX_STOPS = 8;

/** So many tokens draw as much of the allowance as one row of a prediction. */
const TOKENS_A_ROW = 64;

/** What a text draws from the allowance, through whichever face it is asked for. */
export function unitsOfText(maxTokens: number): number {
  return Math.ceil(maxTokens / TOKENS_A_ROW);
}

/** @throws AppError INVALID_INPUT for a prompt that is too long. @param path where the caller's protocol has it. */
export function refuseLongPrompt({ length }: string, path: readonly string[]): void {
  if (length <= MAX_PROMPT) return;
  const message = `The prompt has ${length} characters; send at most ${MAX_PROMPT}.`;
  throw invalidInput(path, message, 'maxLength');
}

@InputType({ description: 'Which text is to be written, by what, for whom.' })
export abstract class TextInput extends CallInput {
  @Field(() => String, { description: `The text to continue, at most ${MAX_PROMPT} characters.` })
  @Length(1, MAX_PROMPT)
  prompt!: string;

  @Field(() => Int, {
    defaultValue: DEFAULT_TOKENS,
    description: `Tokens to write at most, 1–${MAX_TOKENS}.`,
  })
  @Min(1)
  @Max(MAX_TOKENS)
  maxTokens!: number;

  @Field(() => Float, {
    defaultValue: 1,
    description: '0 takes the likeliest token always; the higher, the more surprising; at most 2.',
  })
  @Min(0)
  @Max(2)
  temperature!: number;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'Draws only from the likeliest tokens that together reach this probability, above 0 to 1.',
  })
  @Min(0.001)
  @Max(1)
  topP!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The same seed and input write the same text on the same engine; null = another one each time.',
  })
  seed?: number | null;

  @Field(() => [String], {
    defaultValue: [],
    description: `The text ends before the first of these; at most ${MAX_STOPS}.`,
  })
  @ArrayMaxSize(MAX_STOPS)
  @Length(1, 100, { each: true })
  stop!: string[];
}

/** The same as the one path asks it. */
export function textOf({
  prompt,
  maxTokens,
  temperature,
  topP,
  seed,
  stop,
}: TextInput): Pick<GenerationCall, 'prompt' | 'parameters'> {
  return { prompt, parameters: { maxTokens, temperature, topP, seed: seed ?? null, stop } };
}
