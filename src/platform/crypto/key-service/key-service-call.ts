/**
 * One question to a key service and its answer, and the patience with one that is away: without the root key a process cannot begin,
 * and machines come up in any order.
 */
import { randomInt } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../kernel/clock';
import { KeyServiceError } from './key-service-error';

export interface KeyServiceTiming {
  /** An answer that is not whole by then is given up. */
  readonly answerMs: number;
  /** The longest first pause; it doubles with each attempt. */
  readonly pauseMs: number;
  /** No attempt begins later than so. */
  readonly deadlineMs: number;
}

export const USUAL: KeyServiceTiming = { answerMs: 10_000, pauseMs: 250, deadlineMs: 60_000 };
const LONGEST_PAUSE_MS = 5_000;
/** A wrapped key has a few hundred bytes. */
const LARGEST_ANSWER = 64 * 1024;
const LONGEST_QUOTE = 300;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export interface Answer {
  readonly status: number;
  /** Undefined where it is no object of JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Tries again while the service is away. `tell` hears once that it is waited for. */
export async function patiently<T>(
  timing: KeyServiceTiming,
  tell: (error: KeyServiceError) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const latest = systemClock.monotonic() + timing.deadlineMs;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const longest = Math.min(LONGEST_PAUSE_MS, timing.pauseMs * 2 ** (tries - 1));
      const pauseMs = randomInt(1, Math.ceil(longest) + 1);
      const isPassing = error instanceof KeyServiceError && error.isPassing;
      if (!isPassing || systemClock.monotonic() + pauseMs > latest) throw error;
      if (tries === 1) tell(error);
      await delay(pauseMs);
    }
  }
}

/** Redirections are answers as any other: a token is shown to nobody to whom an answer leads. @throws Error of the network. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  answerMs: number,
): Promise<Answer> {
  const { request } = url.startsWith('https:') ? https : http;
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(answerMs);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method: 'POST', headers: { ...headers, ...length }, agent: false, signal });
    sent.on('error', (error) => reject(signal.aborted ? new Error(`no answer in ${answerMs} ms`) : error));
    sent.on('response', resolve);
    sent.end(body);
  });
  return { status: answer.statusCode ?? 0, body: objectOf(await textOf(answer)) };
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_ANSWER) throw new Error('the answer is longer than any that it has');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function objectOf(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer['body']) : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of a text in base64; undefined for anything else, also for none. */
export function bytesOf(text: unknown): Buffer | undefined {
  if (typeof text !== 'string' || text === '' || !BASE64.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** What the service said, in one line and without what it was shown. */
export function quoted(said: unknown, secrets: readonly string[]): string {
  let text = typeof said === 'string' ? said : '';
  for (const secret of secrets) text = text.replaceAll(secret, '…');
  return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, LONGEST_QUOTE);
}
