/** What a text is asked with, whether it is streamed or written for later. */
import { ArrayMaxSize, IsPositive, Length, Max, Min } from 'class-validator';
import { Field, Float, InputType, Int } from 'type-graphql';
import { CallInput } from '../prediction/call.input';
import type { GenerationCall } from './generation';
import { TEXT_LIMITS } from './text-limits';

@InputType({ description: 'Which text is to be written, by what, for whom.' })
export abstract class TextInput extends CallInput {
  @Field(() => String, { description: `The text to continue, at most ${TEXT_LIMITS.prompt} characters.` })
  @Length(1, TEXT_LIMITS.prompt)
  prompt!: string;

  @Field(() => Int, {
    defaultValue: TEXT_LIMITS.usualTokens,
    description: `Tokens to write at most, 1–${TEXT_LIMITS.tokens}.`,
  })
  @Min(1)
  @Max(TEXT_LIMITS.tokens)
  maxTokens!: number;

  @Field(() => Float, {
    defaultValue: 1,
    description: '0 takes the likeliest token always; the higher, the more surprising; at most 2.',
  })
  @Min(0)
  @Max(TEXT_LIMITS.temperature)
  temperature!: number;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'Draws only from the likeliest tokens that together reach this probability, above 0 to 1.',
  })
  @IsPositive()
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
    description: `The text ends before the first of these; at most ${TEXT_LIMITS.stops}, of 1–${TEXT_LIMITS.stopLetters} letters each.`,
  })
  @ArrayMaxSize(TEXT_LIMITS.stops)
  @Length(1, TEXT_LIMITS.stopLetters, { each: true })
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
