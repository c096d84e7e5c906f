/** The listener: a free port on loopback, behind which both desks sit. Every answer says that this is not Stripe. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../../../platform/log';
import type { PageDesk } from './page/page-desk';
import { withAddress } from './request/address';
import type { ApiDesk } from './request/api-desk';

export interface SandboxServerSettings {
  readonly api: ApiDesk;
  readonly pages: PageDesk;
  readonly log: Log;
  readonly seconds: () => number;
  /** Lets pass what time has brought, before a request and after it. */
  readonly before: () => Promise<void>;
  readonly after: () => void;
}

const HOST = '127.0.0.1';
const LARGEST_BODY = 1024 * 1024;
const LABEL = { 'x-sandbox': 'This is not Stripe. No money moves.' };
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

export class SandboxServer {
  private readonly server = http.createServer((request, response) => {
    void this.handle(request, response).catch((error: unknown) => this.fail(error, response));
  });

  constructor(private readonly settings: SandboxServerSettings) {}

  async listen(): Promise<{ host: string; port: number }> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(0, HOST, resolve);
    });
    return { host: HOST, port: this.port };
  }

  /** Where the sandbox is reached now. */
  get address(): string {
    return `http://${HOST}:${this.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? 0;
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const { pathname: path, search } = new URL(url, this.address);
    const body = await readBody(request);
    if (body === undefined) return this.send(response, 413, {}, 'The request is too large.');
    await this.settings.before();
    const at = this.settings.seconds();
    const page = await this.settings.pages.answer(
      path,
      method === 'POST' ? new URLSearchParams(body) : undefined,
      at,
    );
    if (page && 'redirect' in page) this.send(response, 303, { location: page.redirect }, '');
    else if (page) this.send(response, page.status, PAGE_HEADERS, page.html);
    else {
      const form = [search.slice(1), body].filter((part) => part !== '').join('&');
      const answer = await this.settings.api.answer({ method, path, form, headers: request.headers, at });
      this.send(response, answer.status, answer.headers, answer.body);
    }
    if (method !== 'GET') this.settings.after();
  }

  private send(
    response: http.ServerResponse,
    status: number,
    headers: Record<string, string>,
    body: string,
  ): void {
    response.writeHead(status, { ...LABEL, ...headers }).end(withAddress(body, this.address));
  }

  private fail(error: unknown, response: http.ServerResponse): void {
    this.settings.log.error({ error }, 'the sandbox failed');
    if (response.headersSent) return void response.destroy();
    const body = { error: { message: 'The sandbox failed; its log says why.', type: 'api_error' } };
    this.send(response, 500, { 'content-type': 'application/json' }, JSON.stringify(body));
  }
}

/** undefined when there is more than may come. */
async function readBody(request: http.IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
