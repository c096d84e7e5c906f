/** Sends one message to an endpoint: one connection, no redirects, no patience, and no look into the house. */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { isPrivate, publicLookup } from './webhook-address';

const TIMEOUT_MS = 15_000;

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** @param open whether private addresses are called, too: for development. */
export class WebhookSender {
  constructor(private readonly open: boolean) {}

  /** Undefined when it arrived; else why not, in words. */
  async send({ url, headers, body, signal }: Message): Promise<string | undefined> {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (!this.open && net.isIP(host) !== 0 && isPrivate(host)) return 'Private addresses are not called.';
    const end = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const status = await new Promise<number>((resolve, reject) => {
        const options = {
          method: 'POST',
          agent: false,
          signal: end,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
          ...(this.open ? {} : { lookup: publicLookup }),
        };
        const request = (protocol === 'https:' ? https : http).request(url, options, (response) => {
          // What it says is of no interest: a status is enough, and nothing of the house can leak back.
          response.destroy();
          resolve(response.statusCode ?? 0);
        });
        request.once('error', reject);
        request.end(body);
      });
      return status >= 200 && status < 300 ? undefined : `The endpoint answered with the status ${status}.`;
    } catch (error) {
      if (end.aborted && !signal.aborted) return `The endpoint did not answer within ${TIMEOUT_MS} ms.`;
      return `The endpoint was not reached: ${error instanceof Error ? error.message : 'unknown'}.`;
    }
  }
}
