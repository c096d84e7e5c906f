/** What a text is asked with, and the chunks in which it comes. */
import { ArrayMaxSize, Length, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CallInput } from '../call.input';
import { Inference } from '../inference.entity';
import { DEFAULT_DEADLINE_MS, MAX_DEADLINE_MS } from '../inference.input';

export const MAX_TOKENS = 2048;
const DEFAULT_TOKENS = 128;
const MAX_PROMPT = 100_000;
const MAX_STOPS = 8;

enum FinishReason {
  STOP = 'STOP',
  LENGTH = 'LENGTH',
  ERROR = 'ERROR',
}

registerEnumType(FinishReason, {
  name: 'FinishReason',
  description: 'Why a text ended.',
  valuesConfig: {
    STOP: { description: 'A stop string was met, or the model ended it.' },
    LENGTH: { description: 'It has as many tokens as were allowed.' },
    ERROR: { description: 'It broke off. What was delivered is billed, no more; an error event follows.' },
  },
});

@InputType({ description: 'What to write, by what, for whom; or which text to go on reading.' })
export class GenerateInput extends CallInput {
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

  @Field(() => Int, {
    defaultValue: DEFAULT_DEADLINE_MS,
    description: `Milliseconds within which the text must begin, 1–${MAX_DEADLINE_MS}. What cannot begin in time is refused at once and costs nothing.`,
  })
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadlineMs!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      'Goes on reading this text instead of beginning one; the rest of the input is not looked at. Texts are kept for two minutes by the process that wrote them.',
  })
  streamId?: string | null;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'With `streamId`: the number of the first chunk that is wanted.',
  })
  @Min(1)
  resumeFrom!: number;
}

@ObjectType({ description: 'What a text took.' })
class GenerationUsage {
  @Field(() => Int, { description: 'Tokens of the prompt that were read.' })
  promptTokens!: number;

  @Field(() => Int, { description: 'Tokens that were written and delivered.' })
  completionTokens!: number;
}

@ObjectType('GenerationChunk', { description: 'A piece of a text. The pieces joined in order are the text.' })
export class GenerationChunkType {
  @Field(() => ID, { description: 'Of the text: with it a reader whose connection broke goes on.' })
  streamId!: string;

  @Field(() => Int, { description: 'Its number: 1, 2, 3 … without gaps.' })
  number!: number;

  @Field(() => String, { description: 'The piece: whole characters always; may be empty in the last chunk.' })
  text!: string;

  @Field(() => FinishReason, {
    nullable: true,
    description: 'Why the text ended; null until the last chunk.',
  })
  finishReason!: `${FinishReason}` | null;

  @Field(() => GenerationUsage, { nullable: true, description: 'What it took; with the last chunk.' })
  usage?: GenerationUsage | null;

  @Field(() => Inference, {
    nullable: true,
    description:
      'The record of the text, from which everything that belongs to it is reached; with the last chunk.',
  })
  inference?: Inference | null;

  @Field(() => String, {
    nullable: true,
    description: 'Lets its holder give feedback on just this text, for 90 days; with the last chunk.',
  })
  feedbackToken?: string | null;
}
