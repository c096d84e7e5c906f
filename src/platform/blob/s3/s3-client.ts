/**
 * Signed requests to one bucket. Each of them may be sent twice without harm, so what did not arrive, timed out or was put off is
 * sent again after a pause that grows and is drawn by lot (AWS Architecture Blog, "Exponential Backoff And Jitter": full jitter).
 * node:http and not fetch: a body from a file has its length said, and silence on the wire ends a request whatever its size.
 */
import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import fs from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { systemClock } from '../../../kernel/clock';
import { sha256 } from '../../../kernel/hash';
import { inSpan } from '../../trace';
import { BlobStoreError } from '../blob-store-error';
import { errorOf } from './s3-answer';
import { type Bucket, refusedBy, unreachable } from './s3-refusal';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Timing {
  /** No byte in either direction for so long ends an attempt. */
  readonly silenceMs: number;
  readonly attempts: number;
  /** The longest first pause; it doubles with each attempt. */
  readonly pauseMs: number;
  /** No attempt begins later than so. */
  readonly deadlineMs: number;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** None for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the body; the bucket refuses bytes that do not have this hash. */
  readonly file?: { readonly file: string; readonly sizeBytes: number; readonly hash: string };
  /** The bucket refuses what arrives later, by its own clock. */
  readonly validFor?: { readonly from: Date; readonly seconds: number };
}

const USUAL: S3Timing = { silenceMs: 30_000, attempts: 6, pauseMs: 200, deadlineMs: 60_000 };
const LONGEST_PAUSE_MS = 10_000;
const AWAY_MS = 30_000;
/** A page of a list has half a megabyte. */
const LARGEST_DOCUMENT = 8 * 1024 * 1024;
const MOST_CONNECTIONS = 32;
const NOTHING = sha256('');
const NO_WORDS = { code: '', message: '', region: undefined };

export class S3Client {
  readonly timing: S3Timing;
  private readonly agent: http.Agent;
  private readonly closing = new AbortController();
  /** Until then each request is tried once: it was just found that patience does not help. */
  private awayUntil = 0;

  constructor(
    private readonly bucket: Bucket,
    private readonly keys: S3Keys,
    timing: Partial<S3Timing> = {},
  ) {
    this.timing = { ...USUAL, ...timing };
    const { Agent } = bucket.url.startsWith('https:') ? https : http;
    // A listener for each request under way.
    setMaxListeners(0, this.closing.signal);
    this.agent = new Agent({ keepAlive: true, noDelay: true, maxSockets: MOST_CONNECTIONS });
  }

  /**
   * Answers what `read` makes of the answer, undefined where there is no such object. `read` may be called again when the
   * connection breaks in it. @throws BlobStoreError in words, or what `read` throws otherwise.
   */
  async send<T>(
    request: S3Request,
    read: (answer: IncomingMessage) => T | Promise<T>,
  ): Promise<T | undefined> {
    const latest = systemClock.monotonic() + this.timing.deadlineMs;
    const attempts = systemClock.monotonic() < this.awayUntil ? 1 : this.timing.attempts;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.attempt(request, read);
        this.awayUntil = 0;
        return result;
      } catch (error) {
        const isPassing = error instanceof BlobStoreError && error.isPassing;
        const pauseMs = Math.max(randomInt(1, this.longestPause(attempt) + 1), retryAfterOf(error));
        const isLast = attempt >= attempts || systemClock.monotonic() + pauseMs > latest;
        if (isPassing && isLast) this.awayUntil = systemClock.monotonic() + AWAY_MS;
        if (!isPassing || isLast || this.closing.signal.aborted) throw error;
        await this.pause(pauseMs);
      }
    }
  }

  /** @throws BlobStoreError when the client is closed meanwhile. */
  async pause(milliseconds: number): Promise<void> {
    const { signal } = this.closing;
    await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
      throw unreachable(this.bucket, error);
    });
  }

  /** Ends what is under way: nobody waits for it any more. */
  close(): void {
    this.closing.abort(new Error('the process ends'));
    this.agent.destroy();
  }

  private longestPause(attempt: number): number {
    return Math.min(LONGEST_PAUSE_MS, this.timing.pauseMs * 2 ** (attempt - 1));
  }

  private async attempt<T>(
    request: S3Request,
    read: (answer: IncomingMessage) => T | Promise<T>,
  ): Promise<T | undefined> {
    const answer = await this.exchanged(request);
    const { statusCode: status = 0 } = answer;
    if (status >= 200 && status < 300) {
      try {
        return await read(answer);
      } catch (error) {
        throw answer.errored ? this.onTheWire(answer.errored) : error;
      } finally {
        // What was not read would keep the connection.
        answer.resume();
      }
    }
    // Where it was refused before all was sent, the words may be lost.
    const said = errorOf(await textOf(answer).catch(() => '')) ?? NO_WORDS;
    if (status === 404 && said.code !== 'NoSuchBucket') return undefined;
    const refusal = refusedBy(this.bucket, { ...said, method: request.method, status });
    throw Object.assign(refusal, { retryAfterMs: Number(answer.headers['retry-after'] ?? 0) * 1000 });
  }

  /** In the trace of whoever asks: the store itself is told nothing, and nobody the name of the object. */
  private exchanged(request: S3Request): Promise<IncomingMessage> {
    const attributes = { 'http.request.method': request.method, 'aws.s3.bucket': this.bucket.name };
    return inSpan(`S3 ${request.method}`, { kind: 'CLIENT', attributes }, async (span) => {
      const answer = await this.exchange(request);
      span?.set({ 'http.response.status_code': answer.statusCode });
      return answer;
    });
  }

  /** The answer once its head is there. */
  private async exchange(request: S3Request): Promise<IncomingMessage> {
    const { signal } = this.closing;
    if (signal.aborted) throw unreachable(this.bucket, signal.reason);
    const { url, headers } = await this.signed(request);
    const { method, file } = request;
    const { request: open } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      const sent = open(url, { method, headers, agent: this.agent, signal });
      sent.setTimeout(this.timing.silenceMs, () =>
        (answer ?? sent).destroy(new Error(`silent for ${this.timing.silenceMs} ms`)),
      );
      sent.on('error', (error) => reject(this.onTheWire(error)));
      sent.on('response', (response) => {
        answer = response;
        // Who reads is told.
        response.on('error', () => undefined);
        resolve(response);
      });
      if (!file) return void sent.end();
      // A broken one is told by the request.
      pipeline(fs.createReadStream(file.file), sent, (error) => error && reject(this.onTheWire(error)));
    });
  }

  private async signed({ method, key = '', query = {}, headers, file, validFor }: S3Request) {
    const url = new URL(`${this.bucket.url}/${key}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (validFor) url.searchParams.set('X-Amz-Expires', String(validFor.seconds));
    const hash = validFor ? undefined : { 'x-amz-content-sha256': file?.hash ?? NOTHING };
    const signed = await new AwsV4Signer({
      ...this.keys,
      method,
      url: url.toString(),
      headers: { ...headers, ...hash },
      service: 's3',
      region: this.bucket.region,
      datetime: stamp(validFor?.from ?? systemClock.now()),
      signQuery: validFor !== undefined,
    }).sign();
    const length = method === 'PUT' ? { 'content-length': String(file?.sizeBytes ?? 0) } : {};
    return { url: signed.url, headers: { ...Object.fromEntries(signed.headers), ...length } };
  }

  /** What goes wrong with the file that is sent is none of the bucket's. */
  private onTheWire(error: NodeJS.ErrnoException): Error {
    return error.path === undefined ? unreachable(this.bucket, error) : error;
  }
}

/** @throws Error when it breaks off or has no end. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_DOCUMENT) throw new Error('the answer is longer than any list');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The bucket's time when it answered. @throws Error when it does not tell it. */
export function timeOf({ headers }: IncomingMessage): Date {
  const time = new Date(headers.date ?? '');
  if (Number.isNaN(time.getTime())) throw new Error('the answer has no Date');
  return time;
}

function retryAfterOf(error: unknown): number {
  const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
  return Number.isFinite(retryAfterMs) ? Math.min(retryAfterMs, LONGEST_PAUSE_MS) : 0;
}

/** As signatures write a time: 20260101T000000Z. */
function stamp(time: Date): string {
  return time.toISOString().replace(/[:-]|\.\d{3}/g, '');
}
