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
import { fields, onlyDefault, TOKEN_IDS } from './openai-fields';

const common = {
  model: z.string().min(1).max(100),
  stream: z.boolean().optional(),
  stream_options: fields({
    include_usage: z.boolean().optional(),
    include_obfuscation: z.boolean().optional(),
  }).optional(),
  max_tokens: TEXT_PARAMETERS.max_tokens.optional(),
  temperature: TEXT_PARAMETERS.temperature.optional(),
  top_p: TEXT_PARAMETERS.top_p.optional(),
  seed: TEXT_PARAMETERS.seed.optional(),
  stop: TEXT_PARAMETERS.stop.optional(),
  user: z.string().min(1).max(200).optional(),
  n: onlyDefault(1),
  frequency_penalty: onlyDefault(0),
  presence_penalty: onlyDefault(0),
  logit_bias: z.strictObject({}).optional(),
};

const text = z.union(
  [z.string(), z.array(z.strictObject({ type: z.literal('text'), text: z.string() }))],
  'A content is a text, or a list of parts of type text; nothing else is read.',
);

export const chatSchema = fields({
  ...common,
  messages: z
    .array(
      fields({
        role: z.enum(['system', 'developer', 'user', 'assistant']),
        content: text,
        name: z.string().max(200).optional(),
        /** Of an answer that somebody else gave and that is sent back as it came. */
        annotations: z.tuple([]).optional(),
      }),
    )
    .min(1)
    .max(1000),
  max_completion_tokens: TEXT_PARAMETERS.max_tokens.optional(),
  safety_identifier: z.string().min(1).max(200).optional(),
  logprobs: onlyDefault(false),
  response_format: z
    .strictObject({
      type: z.literal('text', 'Only the type text is written here. Leave response_format out.'),
    })
    .optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  store: onlyDefault(false),
  service_tier: z.enum(['auto', 'default']).optional(),
  /** Text is what is answered; what another service may keep of a prompt changes no answer. */
  modalities: z.tuple([z.literal('text')], 'Only ["text"] is possible here. Leave it out.').optional(),
  prompt_cache_key: z.string().max(200).optional(),
  prompt_cache_retention: z.string().max(200).optional(),
});

export const completionSchema = fields({
  ...common,
  prompt: z.union(
    [z.string().min(1), z.tuple([z.string().min(1)])],
    `Send one text; lists of prompts are not taken. ${TOKEN_IDS}`,
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
  if (most !== undefined && body.max_tokens !== undefined)
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
