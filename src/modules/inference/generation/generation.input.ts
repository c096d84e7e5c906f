/** What a text is asked with, and the chunks in which it comes. */
import { IsOptional, Length, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Inference } from '../record/inference.entity';
import { TEXT_LIMITS } from './text-limits';
import { TextInput } from './text.input';

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
export class GenerateInput extends TextInput {
  @Field(() => Int, {
    defaultValue: TEXT_LIMITS.usualDeadlineMs,
    description: `Milliseconds within which the text must begin, 1–${TEXT_LIMITS.deadlineMs}: from its arrival here to the first token that its engine writes, be it one of reasoning that is not shown. What cannot have its turn in time is refused at once; what has not begun by then is cut off in the engine. Both are DEADLINE_UNREACHABLE, and cost nothing.`,
  })
  @Min(1)
  @Max(TEXT_LIMITS.deadlineMs)
  deadlineMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: `Milliseconds within which the text must be whole, from its arrival here, 1–${TEXT_LIMITS.completeWithinMs}; null = what has begun is finished. At that moment the engine stops; the stream ends with the last chunk of what was written, and then with DEADLINE_UNREACHABLE. What was delivered is billed; under an idempotency key nothing is.`,
  })
  @IsOptional()
  @Min(1)
  @Max(TEXT_LIMITS.completeWithinMs)
  completeWithinMs?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Goes on reading this text instead of beginning one; the rest of the input is not looked at. Texts are kept for two minutes by the process that wrote them; under an idempotency key, and by `generationCreate`, for a day by all.',
  })
  streamId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Makes a repeated call safe for 24 hours: the same text is answered, from `resumeFrom` on, and nothing is billed again. Such a text is written to its end whether somebody reads it or not, and billed when it is whole.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'With `streamId`, or a key that is repeated: the number of the first chunk that is wanted.',
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

  @Field(() => GenerationUsage, {
    nullable: true,
    description: 'What it took; with the last chunk, and null before it.',
  })
  usage?: GenerationUsage | null;

  @Field(() => Inference, {
    nullable: true,
    description:
      'The record of the text, from which everything that belongs to it is reached; with the last chunk, and null before it.',
  })
  inference?: Inference | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Lets its holder give feedback on just this text, for 90 days; with the last chunk, and null before it.',
  })
  feedbackToken?: string | null;
}
