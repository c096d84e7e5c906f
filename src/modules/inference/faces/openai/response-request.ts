/**
 * What the OpenAI protocol asks for through its Responses API, made into the parameters of the one path. Nothing is kept here from
 * one call to the next: a conversation is sent whole, and what would need a memory or a tool is refused by name.
 */
import { z } from 'zod';
import { invalidInput } from '../../../../kernel/errors';
import type { ChatMessage } from '../../../compute';
import { refuseLongPrompt } from '../../generation/text-limits';
import { TEXT_PARAMETERS, textParametersOf } from '../text-parameters';
import { promptOf } from './chat-prompt';
import type { TextAsked } from './completion-request';
import { fields, onlyDefault } from './openai-fields';

const WHOLE = 'No answer is kept here to go on from. Send the whole conversation as input.';
const KEPT = 'No answer is kept here to be asked for later. Leave it out, or send false.';
const TOOLS = 'No tools are called here. Leave it out.';
const ONLY_TEXT = 'Only the type text is written here. Leave it out.';

const parts = z.array(
  fields({
    type: z.enum(['input_text', 'output_text'], 'A part is an input_text or an output_text.'),
    text: z.string(),
    /** Of an answer that is sent back as it came. */
    annotations: z.tuple([]).optional(),
    logprobs: z.tuple([]).optional(),
  }),
);

const message = fields({
  type: z.literal('message', 'Only items of the type message are read.').optional(),
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), parts], 'A content is a text, or a list of parts of type input_text.'),
  id: z.string().max(200).optional(),
  status: z.enum(['in_progress', 'completed', 'incomplete']).optional(),
});

export const responseSchema = fields({
  model: z.string().min(1).max(100),
  input: z.union(
    [z.string().min(1), z.array(message).min(1).max(1000)],
    'Send a text, or a list of 1 to 1000 messages, each with a role and a content of text.',
  ),
  instructions: z.string().optional(),
  max_output_tokens: TEXT_PARAMETERS.max_tokens.optional(),
  temperature: TEXT_PARAMETERS.temperature.optional(),
  top_p: TEXT_PARAMETERS.top_p.optional(),
  stream: z.boolean().optional(),
  stream_options: fields({ include_obfuscation: z.boolean().optional() }).optional(),
  user: z.string().min(1).max(200).optional(),
  safety_identifier: z.string().min(1).max(200).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  store: z.literal(false, KEPT).optional(),
  background: onlyDefault(false),
  previous_response_id: z.never(WHOLE).optional(),
  conversation: z.never(WHOLE).optional(),
  tools: z.tuple([], TOOLS).optional(),
  tool_choice: z.enum(['auto', 'none'], TOOLS).optional(),
  parallel_tool_calls: z.boolean().optional(),
  text: fields({
    format: z.strictObject({ type: z.literal('text', ONLY_TEXT) }, ONLY_TEXT).optional(),
  }).optional(),
  truncation: onlyDefault('disabled'),
  top_logprobs: onlyDefault(0),
  include: z.tuple([], 'Nothing beside the text can be included. Leave it out.').optional(),
  service_tier: z.enum(['auto', 'default']).optional(),
  prompt_cache_key: z.string().max(200).optional(),
  prompt_cache_retention: z.string().max(200).optional(),
});

export type ResponseRequest = z.infer<typeof responseSchema>;

/** @throws AppError INVALID_INPUT for an input that is empty or too long. */
export function responseAsked(body: ResponseRequest): TextAsked {
  const messages = turnsOf(body);
  const prompt = promptOf(messages);
  if (prompt === '') throw invalidInput(['input'], 'The input is empty. Write something.', 'minLength');
  refuseLongPrompt(prompt, ['input']);
  const { temperature, top_p, max_output_tokens: most } = body;
  return {
    model: body.model,
    prompt,
    parameters: { ...textParametersOf({ temperature, top_p, max_tokens: most }), messages },
    stream: body.stream === true,
    includeUsage: true,
    user: body.safety_identifier ?? body.user ?? null,
  };
}

function turnsOf({ instructions, input }: ResponseRequest): ChatMessage[] {
  const asked = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  const turns = asked.map(({ role, content }): ChatMessage => ({
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));
  return instructions ? [{ role: 'system', content: instructions }, ...turns] : turns;
}
