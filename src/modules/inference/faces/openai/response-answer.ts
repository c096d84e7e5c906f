/** Written text as the Responses API of the OpenAI protocol answers it: all at once, or as its numbered events. */
import type { GenerationChunk, GenerationUsage } from '../../generation/generation';
import { brokenOff, isWhole, type WholeText } from '../text-stream';
import type { AnswerForm, AnswerHead } from './answer-form';
import { openAiErrorOf } from './openai-errors';
import type { ResponseRequest } from './response-request';

const PREFIX = 'resp_';

type Status = 'in_progress' | 'completed' | 'incomplete';

/** Of one request: an answer repeats what it was asked with. */
export function responseForm(asked: ResponseRequest): AnswerForm {
  return {
    prefix: PREFIX,
    whole: (head, { text, last }) => ended(asked, head, text, last),
    streamed: (head, chunks) => events(asked, head, chunks),
  };
}

/** A text that breaks off ends with an error event, and without one that says that it is completed. */
async function* events(
  asked: ResponseRequest,
  head: AnswerHead,
  chunks: AsyncIterable<GenerationChunk>,
): AsyncGenerator<string, void> {
  let number = 0;
  const event = (type: string, data: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...data })}\n\n`;
  const begun = { response: responseOf(asked, head, 'in_progress', []) };
  const item = itemOf(head, 'in_progress', []);
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  yield event('response.created', begun);
  yield event('response.in_progress', begun);
  yield event('response.output_item.added', { output_index: 0, item });
  yield event('response.content_part.added', { ...place, part: partOf('') });
  let [text, last]: [string, GenerationChunk | undefined] = ['', undefined];
  for await (const chunk of chunks) {
    last = chunk;
    if (chunk.finishReason === 'ERROR') break;
    text += chunk.text;
    if (chunk.text !== '')
      yield event('response.output_text.delta', { ...place, delta: chunk.text, logprobs: [] });
  }
  if (!isWhole(last)) {
    const error = openAiErrorOf([brokenOff(last)]);
    yield event('error', { code: error.code, message: error.message, param: error.param, error });
    return;
  }
  const response = ended(asked, head, text, last);
  yield event('response.output_text.done', { ...place, text, logprobs: [] });
  yield event('response.content_part.done', { ...place, part: partOf(text) });
  yield event('response.output_item.done', {
    output_index: 0,
    item: itemOf(head, response.status, [partOf(text)]),
  });
  const { inference, feedbackToken } = last;
  const record = inference && { flywheel: { inference_id: inference.id, feedback_token: feedbackToken } };
  yield event(`response.${response.status}`, { response, ...record });
}

function ended(asked: ResponseRequest, head: AnswerHead, text: string, last: WholeText['last']) {
  const status = last.finishReason === 'LENGTH' ? 'incomplete' : 'completed';
  return responseOf(asked, head, status, [itemOf(head, status, [partOf(text)])], last.usage);
}

function responseOf(
  asked: ResponseRequest,
  { id, created, model }: AnswerHead,
  status: Status,
  output: readonly object[],
  usage?: GenerationUsage,
) {
  return {
    id,
    object: 'response',
    created_at: created,
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    metadata: asked.metadata ?? {},
    model,
    output,
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: asked.temperature ?? 1,
    text: { format: { type: 'text' } },
    tool_choice: asked.tool_choice ?? 'auto',
    tools: [],
    top_p: asked.top_p ?? 1,
    truncation: 'disabled',
    usage: usage ? usageOf(usage) : null,
    user: asked.user ?? null,
  };
}

function itemOf({ id }: AnswerHead, status: Status, content: readonly object[]) {
  return { type: 'message', id: `msg_${id.slice(PREFIX.length)}`, status, role: 'assistant', content };
}

function partOf(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function usageOf({ promptTokens, completionTokens }: GenerationUsage): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  };
}
