/** Written text as the OpenAI protocol answers it: all at once, or piece by piece as server-sent events. */
import type { FinishReason, GenerationChunk, GenerationUsage } from '../../generation/generation';
import { brokenOff, isWhole, type WholeText } from '../text-stream';
import type { AnswerForm, AnswerHead } from './answer-form';
import { openAiErrorOf } from './openai-errors';

const REASONS = { STOP: 'stop', LENGTH: 'length' } as const;
const DONE = 'data: [DONE]\n\n';

type Kind = 'CHAT' | 'TEXT';

export const CHAT = formOf('CHAT', 'chatcmpl-');
export const TEXT = formOf('TEXT', 'cmpl-');

function formOf(kind: Kind, prefix: string): AnswerForm {
  return {
    prefix,
    whole: (head, text) => wholeAnswer(kind, head, text),
    streamed: (head, chunks, includeUsage) => streamedAnswer(kind, head, chunks, includeUsage),
  };
}

function wholeAnswer(kind: Kind, head: AnswerHead, { text, last }: WholeText): object {
  const said = kind === 'CHAT' ? { message: { role: 'assistant', content: text, refusal: null } } : { text };
  const choice = { index: 0, ...said, logprobs: null, finish_reason: REASONS[last.finishReason] };
  const object = kind === 'CHAT' ? 'chat.completion' : 'text_completion';
  return { ...head, object, choices: [choice], usage: usageOf(last.usage) };
}

/** Server-sent events. A text that breaks off ends with an error event and without [DONE]. */
async function* streamedAnswer(
  kind: Kind,
  head: AnswerHead,
  chunks: AsyncIterable<GenerationChunk>,
  includeUsage: boolean,
): AsyncGenerator<string, void> {
  let last: GenerationChunk | undefined;
  for await (const chunk of chunks) {
    last = chunk;
    if (chunk.finishReason === 'ERROR') break;
    yield event(chunkOf(kind, head, chunk, includeUsage));
  }
  if (!isWhole(last)) {
    yield event({ error: openAiErrorOf([brokenOff(last)]) });
    return;
  }
  if (includeUsage) yield event({ ...opening(kind, head), choices: [], usage: usageOf(last.usage) });
  yield DONE;
}

/** The first piece says who speaks; the last why it ends, and under which id the answer is on record. */
function chunkOf(kind: Kind, head: AnswerHead, chunk: GenerationChunk, includeUsage: boolean): object {
  const { number, text, finishReason, inference, feedbackToken } = chunk;
  const reason = reasonOf(finishReason);
  const delta = number === 1 ? { role: 'assistant', content: text } : { content: text };
  const said = kind === 'CHAT' ? { delta } : { text };
  return {
    ...opening(kind, head),
    choices: [{ index: 0, ...said, logprobs: null, finish_reason: reason }],
    ...(includeUsage ? { usage: null } : {}),
    ...(inference ? { flywheel: { inference_id: inference.id, feedback_token: feedbackToken } } : {}),
  };
}

function opening(kind: Kind, head: AnswerHead): object {
  return { ...head, object: kind === 'CHAT' ? 'chat.completion.chunk' : 'text_completion' };
}

function reasonOf(reason: FinishReason | null): string | null {
  return reason === 'STOP' || reason === 'LENGTH' ? REASONS[reason] : null;
}

function usageOf(
  { promptTokens, completionTokens }: GenerationUsage = { promptTokens: 0, completionTokens: 0 },
): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
