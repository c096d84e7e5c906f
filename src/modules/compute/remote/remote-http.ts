/**
 * The wire to servers that somebody else runs: kept-alive connections, no redirects, a limit on silence and on size.
 * node:http and not fetch, because every address is looked at in the moment of connecting.
 */
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { CancelSignal } from '../../../kernel/cancellation';
import { NO_TRACES, type Tracer } from '../../../platform/trace';
import { engineLookup } from './remote-address';
import {
  RemoteFault,
  remoteCutOff,
  remoteNonsense,
  remoteRefused,
  remoteSilent,
  remoteUnreachable,
} from './remote-failure';

const SILENCE_MS = 30_000;
const LARGEST_ANSWER = 64 * 1024 * 1024;
/** A house has a few dozen; past this all are read anew. */
const MOST_ADDRESSES = 1000;

export interface RemoteRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly signal?: CancelSignal;
}

export class RemoteHttp {
  private readonly plain = new http.Agent({ keepAlive: true, noDelay: true });
  private readonly secure = new https.Agent({ keepAlive: true, noDelay: true });
  /** Where each URL leads, which node:http would otherwise find out with every request. */
  private readonly addresses = new Map<string, RequestOptions>();

  constructor(
    readonly silenceMs = SILENCE_MS,
    private readonly tracer: Pick<Tracer, 'isOn' | 'outgoing'> = NO_TRACES,
  ) {}

  /** The answer once its head is there. @throws RemoteFault or AppError for anything but a 2xx; the signal's reason. */
  async send(request: RemoteRequest): Promise<IncomingMessage> {
    if (!this.tracer.isOn) return this.sendAgain(request);
    const { hostname, port } = this.addressOf(request.url);
    const { headers, span } = this.tracer.outgoing(request.method, hostname ?? '', port);
    try {
      const response = await this.sendAgain({ ...request, headers: { ...request.headers, ...headers } });
      span?.set({ 'http.response.status_code': response.statusCode });
      if (span) response.once('close', () => span.end());
      return response;
    } catch (error) {
      span?.fail(error);
      span?.end();
      throw error;
    }
  }

  private sendAgain(request: RemoteRequest): Promise<IncomingMessage> {
    const address = this.addressOf(request.url);
    return this.sendOn(address, request, () => this.sendOn({ ...address, agent: false }, request));
  }

  /** @param again sends it on a new connection, once the one that was kept proves closed. */
  private sendOn(
    address: RequestOptions,
    { method, headers, body, signal }: RemoteRequest,
    again?: () => Promise<IncomingMessage>,
  ): Promise<IncomingMessage> {
    const { request } = address.protocol === 'https:' ? https : http;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      let answer: IncomingMessage | undefined;
      const sent = request({ ...address, method, headers: { ...headers, ...length } });
      const leave = (): unknown => (answer ?? sent).destroy(signal!.reason as Error);
      signal?.addEventListener('abort', leave, { once: true });
      sent.on('close', () => signal?.removeEventListener('abort', leave));
      sent.setTimeout(this.silenceMs, () => (answer ?? sent).destroy(remoteSilent(this.silenceMs)));
      let readBefore = 0;
      sent.on('socket', ({ bytesRead }) => (readBefore = bytesRead));
      sent.on('error', (error) => {
        const isUnanswered = sent.reusedSocket && sent.socket?.bytesRead === readBefore;
        if (again && isUnanswered && isClosing(error) && !signal?.aborted) resolve(again());
        else reject(this.inWords(error, signal));
      });
      sent.on('response', (response) => {
        const { statusCode = 0 } = response;
        // Who reads is told; when nobody reads any more, nobody needs to know.
        response.on('error', () => undefined);
        if (statusCode >= 200 && statusCode < 300) return resolve((answer = response));
        response.destroy();
        reject(remoteRefused(statusCode, response.headers['retry-after']));
      });
      sent.end(body);
    });
  }

  /** Everything that follows the head. @throws RemoteFault when it breaks off, or is more than `most` bytes and may have no end. */
  async read(
    response: IncomingMessage,
    signal?: CancelSignal,
    most: number = LARGEST_ANSWER,
  ): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.pieces(response, signal)) {
      size += piece.length;
      if (size > most) {
        response.destroy();
        throw remoteNonsense('more than anybody can read');
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Whoever stops early must `resume` or `destroy` the response: that decides whether the connection is used again. */
  async *pieces(response: IncomingMessage, signal?: CancelSignal): AsyncGenerator<Buffer, void> {
    try {
      for await (const piece of response.iterator({ destroyOnReturn: false })) yield piece as Buffer;
    } catch (error) {
      throw this.inWords(error, signal, remoteCutOff());
    }
  }

  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  private addressOf(url: string): RequestOptions {
    let address = this.addresses.get(url);
    if (!address) {
      // Only what the request reads: node:http copies it all, three times a request.
      const { protocol, hostname, port, path, auth } = urlToHttpOptions(new URL(url));
      const agent = protocol === 'https:' ? this.secure : this.plain;
      address = { protocol, hostname, port, path, auth, agent, lookup: engineLookup };
      if (this.addresses.size >= MOST_ADDRESSES) this.addresses.clear();
      this.addresses.set(url, address);
    }
    return address;
  }

  private inWords(error: unknown, signal?: CancelSignal, otherwise = remoteUnreachable()): unknown {
    if (signal?.aborted) return signal.reason;
    return error instanceof RemoteFault ? error : otherwise;
  }
}

/** Servers close what is idle without a word, some after 5 s: a request may meet that on its way, and is not at fault. */
function isClosing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
