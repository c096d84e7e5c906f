/**
 * What the OpenAI protocol asks for when text is to be written, made into the parameters of the one path. Fields that
 * would change the answer and that nothing here can honour are refused by name, never ignored.
 */
import { z } from 'zod';
import { invalidInput } from '../../../../kernel/errors';
import type { ChatMessage } from '../../../compute';
import type { GenerationCall } from '../../generation/generation';
import { refuseLongPrompt } from '../../generation/text-limits';
import { TEXT_PARAMETERS, textParametersOf } from '../text-parameters';
import { promptOf } from './chat-prompt';

/** Accepted only as what it means to leave it out. */
const onlyDefault = <T extends string | number | boolean>(value: T) =>
  z.literal(value, `Only ${JSON.stringify(value)} is possible here. Leave it out.`).nullish();

const common = {
  model: z.string().min(1).max(100),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  max_tokens: TEXT_PARAMETERS.max_tokens.nullish(),
  temperature: TEXT_PARAMETERS.temperature.nullish(),
  top_p: TEXT_PARAMETERS.top_p.nullish(),
  seed: TEXT_PARAMETERS.seed.nullish(),
  stop: TEXT_PARAMETERS.stop.nullish(),
  user: z.string().min(1).max(200).nullish(),
  n: onlyDefault(1),
  frequency_penalty: onlyDefault(0),
  presence_penalty: onlyDefault(0),
  logit_bias: z.strictObject({}).nullish(),
};

const text = z.union(
  [z.string(), z.array(z.strictObject({ type: z.literal('text'), text: z.string() }))],
  'A content is a text, or a list of parts of type text; nothing else is read.',
);

export const chatSchema = z.strictObject({
  ...common,
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['system', 'developer', 'user', 'assistant']),
        content: text,
        name: z.string().max(200).optional(),
      }),
    )
    .min(1)
    .max(1000),
  max_completion_tokens: TEXT_PARAMETERS.max_tokens.nullish(),
  safety_identifier: z.string().min(1).max(200).nullish(),
  logprobs: onlyDefault(false),
  response_format: z.strictObject({ type: z.literal('text') }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: onlyDefault(false),
  service_tier: z.enum(['auto', 'default']).nullish(),
});

export const completionSchema = z.strictObject({
  ...common,
  prompt: z.union(
    [z.string().min(1), z.tuple([z.string().min(1)])],
    'Send one text; lists of prompts and token ids are not taken.',
  ),
  echo: onlyDefault(false),
  best_of: onlyDefault(1),
  logprobs: onlyDefault(0),
  suffix: onlyDefault(''),
});

export interface TextAsked {
  readonly model: string;
  readonly prompt: string;
  readonly parameters: GenerationCall['parameters'];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly user: string | null;
}

export function chatAsked(body: z.infer<typeof chatSchema>): TextAsked {
  const { messages, max_completion_tokens: most, safety_identifier: person } = body;
  if (most != null && body.max_tokens != null)
    throw invalidInput(['max_tokens'], 'Send max_completion_tokens or max_tokens, not both.', 'oneOf');
  const turns = messages.map(({ role, content }): ChatMessage => ({
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
  }));
  const prompt = promptOf(turns);
  if (prompt === '') throw invalidInput(['messages'], 'The message is empty. Write something.', 'minLength');
  refuseLongPrompt(prompt, ['messages']);
  const asked = commonAsked({ ...body, max_tokens: most ?? body.max_tokens });
  return {
    ...asked,
    prompt,
    parameters: { ...asked.parameters, messages: turns },
    user: person ?? asked.user,
  };
}

export function completionAsked(body: z.infer<typeof completionSchema>): TextAsked {
  const prompt = typeof body.prompt === 'string' ? body.prompt : body.prompt[0];
  refuseLongPrompt(prompt, ['prompt']);
  return { ...commonAsked(body), prompt };
}

function commonAsked(body: {
  [field in keyof typeof common]?: z.infer<(typeof common)[field]>;
}): Omit<TextAsked, 'prompt'> {
  return {
    model: body.model!,
    parameters: textParametersOf(body),
    stream: body.stream === true,
    includeUsage: body.stream_options?.include_usage === true,
    user: body.user ?? null,
  };
}
