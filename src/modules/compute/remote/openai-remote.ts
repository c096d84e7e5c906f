/** Text by a server of the OpenAI protocol (vLLM, SGLang, llama.cpp, hosted ones): always streamed, never believed blindly. */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { TokenChunk, TokenRequest } from '../generation/token-engine';
import { EventReader } from './event-stream';
import { remoteCutOff, RemoteFault, remoteNonsense, remoteWordless } from './remote-failure';
import type { RemoteHttp } from './remote-http';
import { type StreamedEvent, StreamedEvents } from './streamed-event';
import { type CheckedUsage, checkUsage, type ToldUsage } from './told-usage';

const DONE = '[DONE]';
/** Longer than so many bytes a token, on the whole, a text is not what was asked for. */
const MOST_BYTES_A_TOKEN = 64;
/** Bytes that are no text keep a line open for so many silences: who thinks long says so, and who never ends does, too. */
const MOST_WORDLESS_SILENCES = 20;

export interface OpenAiTarget {
  readonly url: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param onUsage told what became of the usage that the server claimed. */
export async function* generateByOpenAi(
  wire: RemoteHttp,
  { url, model, headers }: OpenAiTarget,
  request: TokenRequest,
  signal: CancelSignal,
  onUsage: (verdict: CheckedUsage['verdict']) => void,
): AsyncGenerator<TokenChunk, void> {
  const { messages, prompt, maxTokens, stop } = request;
  const path = messages ? '/chat/completions' : '/completions';
  const response = await wire.send({
    method: 'POST',
    url: url + path,
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      model,
      messages,
      prompt: messages ? undefined : prompt,
      max_tokens: maxTokens,
      temperature: request.temperature,
      top_p: request.topP,
      seed: request.seed ?? undefined,
      stop: stop.length > 0 ? stop : undefined,
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  if (!response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    throw remoteNonsense('something that is no stream');
  }
  const reader = new EventReader();
  const answer = new StreamedAnswer(maxTokens);
  const wordlessMs = MOST_WORDLESS_SILENCES * wire.silenceMs;
  let saidAt = performance.now();
  let thoughts = 0;
  try {
    for await (const piece of wire.pieces(response, signal)) {
      const chunk = answer.take(reader.take(piece));
      // A thought is a sign of life, and no word: who waits for the first token knows that it writes.
      if (chunk.tokens > 0 || answer.thoughts > thoughts) yield chunk;
      if (chunk.tokens > 0) saidAt = performance.now();
      ({ thoughts } = answer);
      if (answer.failure !== undefined) throw answer.failure;
      if (answer.isDone) break;
      if (performance.now() - saidAt > wordlessMs) throw remoteWordless(wordlessMs);
    }
  } finally {
    // What follows the last event is the end: once it is there, the connection serves the next request.
    if (answer.isDone) response.resume();
    else response.destroy();
  }
  const { finish, told, bytes, pieces, thoughtBytes } = answer;
  if (!finish) throw remoteCutOff();
  const usage = checkUsage(told, {
    promptBytes: Buffer.byteLength(prompt),
    turns: messages?.length ?? 0,
    bytes: bytes + thoughtBytes,
    pieces: pieces + thoughts,
    maxTokens,
  });
  onUsage(usage.verdict);
  const { promptTokens, completionTokens } = usage;
  // A piece is at least a token; several may have come in one.
  yield { text: '', tokens: Math.max(0, completionTokens - pieces), promptTokens, deviceMs: 0, finish };
}

/** What a server has streamed so far. */
class StreamedAnswer {
  told: ToldUsage | undefined;
  finish: TokenChunk['finish'];
  /** UTF-8 bytes of text, and the events that brought some. */
  bytes = 0;
  pieces = 0;
  /** The same of reasoning, which is counted and not handed on. */
  thoughtBytes = 0;
  thoughts = 0;
  isDone = false;
  failure: unknown;
  private readonly events = new StreamedEvents();

  constructor(private readonly maxTokens: number) {}

  /** Events that came together, as one chunk. What came before a failure is delivered, and paid for. */
  take(events: readonly string[]): TokenChunk {
    const before = this.pieces;
    let text = '';
    try {
      for (const data of events) {
        if (data === DONE) {
          this.isDone = true;
          break;
        }
        text += this.textOf(this.events.read(data));
      }
    } catch (error) {
      this.failure = error;
    }
    return { text, tokens: this.pieces - before, deviceMs: 0 };
  }

  private textOf({ text, thought, finishReason, usage, isFailure }: StreamedEvent): string {
    if (isFailure) throw new RemoteFault('The remote engine reported a failure in the middle of its answer.');
    if (usage) this.told = usage;
    if (finishReason) this.finish = finishReason === 'length' ? 'LENGTH' : 'STOP';
    if (thought !== '') {
      this.thoughtBytes += Buffer.byteLength(thought);
      this.thoughts++;
    }
    if (text === '') return text;
    this.bytes += Buffer.byteLength(text);
    this.pieces++;
    if (this.pieces > this.maxTokens || this.bytes > this.maxTokens * MOST_BYTES_A_TOKEN)
      throw remoteNonsense('more than it was asked for');
    return text;
  }
}
