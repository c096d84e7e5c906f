/**
 * One WebSocket as a place where streams run: what its client showed of itself, how much it has not taken yet, whether it still
 * lives, and how it is closed. A client that takes nothing is not listened to either, so that nothing of its heaps up here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { Cancellation } from '../../../kernel/cancellation';
import type { Asker } from '../context';
import type { Log } from '../../log';
import type { StreamReader } from './streams';

/** RFC 6455 and the IANA registry: the server will be back, or the client may come again later. Clients of graphql-ws do. */
const SERVICE_RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;
const NORMAL = 1000;
/** In bytes, by RFC 6455. */
const LONGEST_REASON = 123;
/** Of bytes that were not taken, above which no more is heard. */
const MOST_UNSENT = 64 * 1024;

/** An operation on it. */
export interface LinkedReader extends StreamReader {
  /** It is over. */
  end(): void;
}

export class SocketLink {
  /** Who they were when last asked. */
  acting: Asker['acting'];
  /** As `connection_init` said, or the header of the upgrade. */
  authorization: string | undefined;
  /** Said when what runs now is told: with what was shown of itself, nothing more is. */
  refusal: string | undefined;
  private readonly gone = new Cancellation();
  private readonly ip: string;
  readonly headers: IncomingHttpHeaders;
  /** Messages that are being worked on: a subscription is until its stream ends. */
  private busy = 0;
  private isStopping = false;
  private gaveSign = true;
  private wasIdle = false;
  private unsentAtBeat = 0;

  constructor(
    readonly socket: WebSocket,
    asker: Asker,
    private readonly log: Log,
  ) {
    this.acting = asker.acting;
    this.ip = asker.ip;
    this.headers = asker.headers;
    this.authorization = asker.headers.authorization;
    // What breaks the protocol of WebSockets is answered and closed by the library.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.gaveSign = true));
    socket.once('close', () => this.gone.abort());
  }

  /** Resolves when it has left. */
  send(text: string): Promise<void> {
    const { socket } = this;
    return new Promise((resolve) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      socket.send(text, () => {
        if (socket.isPaused && socket.bufferedAmount <= MOST_UNSENT) socket.resume();
        resolve();
      });
      if (socket.bufferedAmount > MOST_UNSENT) socket.pause();
    });
  }

  /** `told` resolves when all that comes of a message was sent. */
  hear(told: (text: string) => Promise<void>): void {
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.gaveSign = true;
      if (isBinary) return this.close(CloseCode.BadRequest, 'Send text, not binary.');
      this.busy++;
      return void told(data.toString())
        .catch((error: unknown) => {
          this.log.warn({ error, requestId: this.acting.requestId }, 'a message over a WebSocket failed');
          this.close(CloseCode.InternalServerError, 'Internal server error');
        })
        .finally(() => {
          this.busy--;
          this.settle();
        });
    });
  }

  reader(): LinkedReader {
    const { acting, ip, headers, authorization, socket } = this;
    const over = new Cancellation();
    const stay = over.follow(this.gone);
    return {
      asker: { acting, ip, headers, abortSignal: over },
      authorization,
      unsent: () => socket.bufferedAmount,
      whenOver: (listener) => (over.aborted ? listener() : over.addEventListener('abort', listener)),
      end: () => {
        stay();
        over.abort();
      },
    };
  }

  /** Called at intervals: whoever gave no sign since the last time and took nothing is gone; whoever asks nothing may go. */
  beat(): void {
    const { socket } = this;
    const unsent = socket.bufferedAmount;
    if (!this.gaveSign && unsent >= this.unsentAtBeat) return socket.terminate();
    if (this.busy === 0 && this.wasIdle) return this.close(NORMAL, 'No stream is open here.');
    this.wasIdle = this.busy === 0;
    this.gaveSign = false;
    this.unsentAtBeat = unsent;
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  /** Closes as soon as every stream was told its end, or after so many milliseconds. */
  stop(mostMs: number): void {
    this.isStopping = true;
    const late = setTimeout(() => this.socket.terminate(), mostMs);
    this.socket.once('close', () => clearTimeout(late));
    this.settle();
  }

  close(code: number, reason: string): void {
    let text = reason;
    while (Buffer.byteLength(text) > LONGEST_REASON) text = text.slice(0, -1);
    this.socket.close(code, text);
  }

  private settle(): void {
    if (this.refusal !== undefined) this.close(CloseCode.Forbidden, this.refusal);
    else if (this.isStopping && this.busy === 0) this.close(SERVICE_RESTART, 'The server is stopping.');
  }
}
