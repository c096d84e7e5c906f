/**
 * Answers at the service's address while its database is waited for: the process lives and is not ready, and whoever asks for
 * more is told to come again. It stays until the service itself listens, so that no probe finds the process silent meanwhile.
 */
import http from 'node:http';
import { ERRORS } from '../kernel/errors';
import type { Config } from '../platform/config';
import { addressRefusal } from './address';

const RETRY_MS = 1_000;
const ANSWERS: Readonly<Record<string, { readonly status: number; readonly body: object }>> = {
  '/healthz': { status: 200, body: { status: 'ok' } },
  '/readyz': { status: 503, body: { status: 'not ready', reasons: ['database'] } },
};
const message = 'The service is waiting for its database. Send the request again in a moment.';
const OTHERS = {
  status: ERRORS.UNAVAILABLE.status,
  body: { errors: [{ message, extensions: { code: 'UNAVAILABLE', retryAfterMs: RETRY_MS } }] },
};

export class WaitingRoom {
  private server: http.Server | undefined;

  constructor(private readonly address: Pick<Config, 'host' | 'port'>) {}

  /** Nobody would find it at a port that is chosen anew by whoever listens. */
  async open(): Promise<void> {
    const { host, port } = this.address;
    if (port === 0) return;
    const server = http.createServer((request, response) => {
      const { status, body } = ANSWERS[pathOf(request.url)] ?? OTHERS;
      response.setHeader('content-type', 'application/json; charset=utf-8').setHeader('connection', 'close');
      if (status === 503) response.setHeader('retry-after', RETRY_MS / 1000);
      response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port }, resolve);
    }).catch((error: unknown) => {
      throw addressRefusal(error, this.address) ?? error;
    });
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** As the service itself finds its routes: whatever else is asked for behind a question mark. */
function pathOf(url = ''): string {
  return url.split('?', 1)[0]!;
}
