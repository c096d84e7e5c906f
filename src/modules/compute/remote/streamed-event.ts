/**
 * What is read of an event of the OpenAI protocol, text or chat. By hand: there is one for each token, and a schema library takes
 * longer for it than everything else that is done with it.
 */
import { type RemoteFault, remoteNonsense } from './remote-failure';
import { jsonOf } from './remote-json';
import type { ToldUsage } from './told-usage';

export interface StreamedEvent {
  readonly text: string;
  /** What a model that reasons said to itself. */
  readonly thought: string;
  readonly finishReason: string | null;
  readonly usage: ToldUsage | undefined;
  readonly isFailure: boolean;
}

/** No escapes: it is what it says. */
const PLAIN_LITERAL = /^"[^"\\\p{Cc}]*"$/u;
/** The first piece of a chat may also name the role, so that a second is looked at. */
const MOST_FRAMES = 2;

/** An event without its piece of text. */
interface Frame {
  readonly head: string;
  readonly tail: string;
  readonly event: StreamedEvent;
}

/** The events of one stream. Most repeat the one before but for their piece of text, and are read without reading all of it again. */
export class StreamedEvents {
  private frame: Frame | undefined;
  private frames = 0;

  /** @throws RemoteFault for what is no event of this protocol. */
  read(data: string): StreamedEvent {
    const known = this.frame && readIn(this.frame, data);
    if (known) return known;
    const event = eventOf(data);
    if (event.text !== '' && this.frames < MOST_FRAMES) {
      this.frames++;
      this.frame = frameOf(data, event);
    }
    return event;
  }
}

function readIn({ head, tail, event }: Frame, data: string): StreamedEvent | undefined {
  const end = data.length - tail.length;
  // Equality takes a quarter of the time of `startsWith` and `endsWith`.
  if (end < head.length || data.slice(0, head.length) !== head || data.slice(end) !== tail) return undefined;
  const literal = data.slice(head.length, end);
  return PLAIN_LITERAL.test(literal) ? withText(event, literal.slice(1, -1)) : undefined;
}

/** Where its text stands; undefined when that cannot be told. */
function frameOf(data: string, event: StreamedEvent): Frame | undefined {
  const literal = JSON.stringify(event.text);
  const start = data.indexOf(literal);
  if (start < 0) return undefined;
  const frame = { head: data.slice(0, start), tail: data.slice(start + literal.length), event };
  // The same characters may stand there for something else: only where another text is read as such is it the text.
  const other = `${event.text}?`;
  try {
    return eventOf(frame.head + JSON.stringify(other) + frame.tail).text === other ? frame : undefined;
  } catch {
    return undefined;
  }
}

function withText({ thought, finishReason, usage, isFailure }: StreamedEvent, text: string): StreamedEvent {
  return { text, thought, finishReason, usage, isFailure };
}

function eventOf(data: string): StreamedEvent {
  const json = jsonOf(data, 'an event that is no JSON');
  if (json === null) throw anotherProtocol();
  const { choices = [], usage, error } = membersOf(json);
  if (!Array.isArray(choices)) throw anotherProtocol();
  const { text, delta, finish_reason: finishReason } = membersOf((choices as unknown[])[0]);
  const piece = membersOf(delta);
  return {
    text: textIn(piece['content']) ?? textIn(text) ?? '',
    // DeepSeek and vLLM name it the first way, newer servers the second.
    thought: textIn(piece['reasoning_content']) ?? textIn(piece['reasoning']) ?? '',
    finishReason: textIn(finishReason),
    usage: usage == null ? undefined : usageOf(usage),
    isFailure: error != null,
  };
}

function usageOf(usage: unknown): ToldUsage {
  const {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    completion_tokens_details: details,
  } = membersOf(usage);
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') throw anotherProtocol();
  const { reasoning_tokens: told } = membersOf(details);
  return { promptTokens, completionTokens, ...(typeof told === 'number' && { reasoningTokens: told }) };
}

function anotherProtocol(): RemoteFault {
  return remoteNonsense('an event of another protocol');
}

/** None where there is nothing. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value == null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw anotherProtocol();
  return value as Record<string, unknown>;
}

function textIn(value: unknown): string | null {
  if (value == null) return null;
  if (typeof value !== 'string') throw anotherProtocol();
  return value;
}
