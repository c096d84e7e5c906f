/** Sends one message to an endpoint: one connection, no redirects, no patience, and no look into the house. */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { CancelSignal } from '../../../kernel/cancellation';
import { NO_TRACES, type Tracer } from '../../../platform/trace';
import { isPrivate, publicLookup } from './webhook-address';

const TIMEOUT_MS = 15_000;

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: CancelSignal;
}

export class WebhookSender {
  /** @param open whether private addresses are called, too: for development. */
  constructor(
    private readonly open: boolean,
    private readonly timeoutMs = TIMEOUT_MS,
    private readonly tracer: Pick<Tracer, 'outgoing'> = NO_TRACES,
  ) {}

  /** Undefined when it arrived; else why not, in words. */
  async send(message: Message): Promise<string | undefined> {
    const { hostname, port } = new URL(message.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (!this.open && net.isIP(host) !== 0 && isPrivate(host)) return 'Private addresses are not called.';
    const { headers, span } = this.tracer.outgoing('POST', host, port);
    try {
      const status = await this.post({ ...message, headers: { ...message.headers, ...headers } });
      span?.set({ 'http.response.status_code': status });
      return status >= 200 && status < 300 ? undefined : `The endpoint answered with the status ${status}.`;
    } catch (error) {
      span?.fail(error);
      if (error instanceof Silence) return `The endpoint did not answer within ${this.timeoutMs} ms.`;
      return `The endpoint was not reached: ${error instanceof Error ? error.message : 'unknown'}.`;
    } finally {
      span?.end();
    }
  }

  /** One timer for all of it, the name and the handshake too: a receiver that sends a byte now and then ends with it. */
  private async post({ url, headers, body, signal }: Message): Promise<number> {
    const options = {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ...(this.open ? {} : { lookup: publicLookup }),
    };
    const request = (new URL(url).protocol === 'https:' ? https : http).request(url, options);
    const leave = (): void => void request.destroy(new Error('it was interrupted'));
    // Not AbortSignal.timeout: Node 20 collects one that is followed by AbortSignal.any, and it never fires.
    const timer = setTimeout(() => request.destroy(new Silence()), this.timeoutMs);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await new Promise<number>((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => {
          // What it says is of no interest: a status is enough, and nothing of the house can leak back.
          response.destroy();
          resolve(response.statusCode ?? 0);
        });
        if (signal.aborted) leave();
        request.end(body);
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }
}

class Silence extends Error {}
