/**
 * Where a request stands in a trace, as it travels from one process to the next: the headers `traceparent` and `tracestate`.
 * What is not as the standard writes it is ignored, and never a reason to refuse a request.
 * Source: https://www.w3.org/TR/trace-context-1/
 */
export interface TracePlace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/** What a caller says of its own place. */
export interface ToldPlace extends TracePlace {
  readonly isSampled: boolean;
  /** What other vendors want to be passed on. */
  readonly state: string | undefined;
}

type Header = string | readonly string[] | undefined;

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;
const SAMPLED = 1;
const MOST_STATE = 512;
const MOST_MEMBERS = 32;
const MEMBER =
  /^(?:[a-z][\w\-*/]{0,255}|[a-z\d][\w\-*/]{0,240}@[a-z][\w\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Undefined where there is none, or none that is well formed. */
export function toldPlace(parent: Header, state: Header): ToldPlace | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = PARENT.exec(textOf(parent).trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  const isSampled = (parseInt(flags, 16) & SAMPLED) !== 0;
  return { traceId, spanId, isSampled, state: passedOn(textOf(state)) };
}

export function traceparentOf({ traceId, spanId }: TracePlace, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** All of it or nothing: half a state would be believed to be whole. */
function passedOn(state: string): string | undefined {
  const members = state
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const isGood =
    members.length > 0 &&
    members.length <= MOST_MEMBERS &&
    state.length <= MOST_STATE &&
    members.every((member) => MEMBER.test(member) && !/[A-Z]/.test(member.slice(0, member.indexOf('='))));
  return isGood ? members.join(',') : undefined;
}

/** Node joins what came in several lines: a state may, and a parent is none then. */
function textOf(header: Header): string {
  if (header === undefined) return '';
  return typeof header === 'string' ? header : header.join(',');
}
