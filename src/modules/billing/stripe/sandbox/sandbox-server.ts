/**
 * The listener: a free port on loopback, behind which both desks sit. Browsers may come to the pages by another way
 * (`page`), because they are not always on this machine. Every answer says that this is not Stripe.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../../../platform/log';
import type { PageDesk } from './page/page-desk';
import { withAddress } from './request/address';
import type { FaultDesk } from './request/fault-desk';
import type { FaultyLine } from './request/faulty-line';

export interface SandboxServerSettings {
  readonly api: FaultyLine;
  readonly faults: FaultDesk;
  readonly pages: PageDesk;
  readonly log: Log;
  readonly seconds: () => number;
  /** Where browsers reach the pages; undefined = here. */
  readonly pageAddress: () => string | undefined;
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

export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

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

  /** Where the pages are reached now. */
  readonly pageAddress = (): string => this.settings.pageAddress() ?? this.address;

  /** What a browser sees that comes to `path`, with the form that it sends; undefined when there is no such page. */
  async page(path: string, form: string | undefined): Promise<PageResponse | undefined> {
    await this.settings.before();
    const sent = form === undefined ? undefined : formIn(form);
    const answer = await this.settings.pages.answer(path, sent, this.settings.seconds());
    if (sent) this.settings.after();
    if (!answer) return undefined;
    const shown =
      'redirect' in answer
        ? { status: 303, headers: { location: answer.redirect }, body: '' }
        : { status: answer.status, headers: PAGE_HEADERS, body: answer.html };
    return { ...shown, headers: { ...LABEL, ...this.placed(shown.headers) }, body: this.place(shown.body) };
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private get address(): string {
    return `http://${HOST}:${this.port}`;
  }

  private get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? 0;
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const { pathname: path, search } = new URL(url, this.address);
    const body = await readBody(request);
    if (body === undefined) return this.send(response, 413, {}, 'The request is too large.');
    const page = await this.page(path, method === 'POST' ? body : undefined);
    if (page) {
      response.writeHead(page.status, page.headers).end(page.body);
      return;
    }
    const form = [search.slice(1), body].filter((part) => part !== '').join('&');
    const at = this.settings.seconds();
    const asked = { method, path, form, headers: request.headers, at };
    const answer = this.settings.faults.answer(asked) ?? (await this.settings.api.answer(asked));
    if (method !== 'GET') this.settings.after();
    if (answer) this.send(response, answer.status, answer.headers, answer.body);
    else request.socket.destroy();
  }

  private send(
    response: http.ServerResponse,
    status: number,
    headers: Record<string, string>,
    body: string,
  ): void {
    response.writeHead(status, { ...LABEL, ...headers }).end(this.place(body));
  }

  private place(text: string): string {
    return withAddress(text, this.pageAddress);
  }

  private placed(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.place(value)]));
  }

  private fail(error: unknown, response: http.ServerResponse): void {
    this.settings.log.error({ error }, 'the sandbox failed');
    if (response.headersSent) return void response.destroy();
    const body = { error: { message: 'The sandbox failed; its log says why.', type: 'api_error' } };
    this.send(response, 500, { 'content-type': 'application/json' }, JSON.stringify(body));
  }
}

/** Without the letter that no text in the database may hold. */
function formIn(body: string): URLSearchParams {
  const fields = [...new URLSearchParams(body)];
  return new URLSearchParams(
    fields.map(([name, value]): [string, string] => [name, value.replaceAll('\0', '')]),
  );
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
