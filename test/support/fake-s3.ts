/**
 * An S3-compatible store on loopback, as far as the product speaks to one: it checks every signature, keeps one bucket in memory, and
 * does on demand what real ones do on bad days. No fake on npm is both alive and strict about signatures.
 */
import { createHash } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Config } from '../../src/platform/config';
import { signatureFault } from './fake-aws-signature';

const KEYS = { accessKeyId: 'AKIAFLYWHEEL', secretAccessKey: 'a secret/with+signs' };
const REGION = 'eu-central-1';
const BUCKET = 'flywheel-test';

export interface FakeObject {
  bytes: Buffer;
  modifiedMs: number;
  readonly headers: http.IncomingHttpHeaders;
}

interface Call {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
}

/** What becomes of a request: an answer with an error, or a connection that does not do what it should. */
type Trouble =
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  | 'RESET'
  | 'SILENCE'
  | 'CUT'
  | 'ERROR_AFTER_200';

export class FakeS3 {
  readonly objects = new Map<string, FakeObject>();
  readonly calls: Call[] = [];
  pageSize = 1000;
  /** How far its clock is ahead of the machine's. */
  aheadMs = 0;
  private troubles: { when: (call: Call) => boolean; trouble: Trouble; times: number }[] = [];
  private meanwhiles: { when: (call: Call) => boolean; act: () => unknown }[] = [];
  private readonly server = http.createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  config(cacheFolder: string, overrides: Partial<S3Config> = {}): S3Config {
    return {
      kind: 'S3',
      bucket: { name: BUCKET, region: REGION, url: `${this.endpoint}/${BUCKET}` },
      keys: KEYS,
      prefix: 'blobs/',
      encryption: undefined,
      cacheFolder,
      cacheBytes: 2 ** 30,
      ...overrides,
    };
  }

  /** The variables with which a process is pointed at it. */
  environment(): Record<string, string> {
    return {
      S3_BUCKET: BUCKET,
      S3_REGION: REGION,
      S3_ENDPOINT: this.endpoint,
      S3_ACCESS_KEY_ID: KEYS.accessKeyId,
      S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      S3_PREFIX: 'blobs',
    };
  }

  trouble(trouble: Trouble, times: number, when: (call: Call) => boolean = () => true): void {
    this.troubles.push({ trouble, times, when });
  }

  /** Done once, before such a request is carried out. */
  meanwhile(when: (call: Call) => boolean, act: () => unknown): void {
    this.meanwhiles.push({ when, act });
  }

  calm(): void {
    [this.troubles, this.meanwhiles, this.pageSize, this.aheadMs] = [[], [], 1000, 0];
    this.calls.length = 0;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    } catch {
      return;
    }
    const body = Buffer.concat(pieces);
    const url = new URL(request.url!, this.endpoint);
    const [, bucket = '', ...rest] = url.pathname.split('/');
    const { method = '', headers } = request;
    const call = { method, key: rest.join('/'), query: url.searchParams, headers };
    this.calls.push(call);
    const at = this.meanwhiles.findIndex(({ when }) => when(call));
    if (at >= 0) await this.meanwhiles.splice(at, 1)[0]!.act();
    response.setHeader('date', new Date(this.now()).toUTCString());
    const trouble = this.troubles.find(({ when, times }) => times > 0 && when(call));
    if (trouble) {
      trouble.times--;
      if (trouble.trouble === 'SILENCE') return;
      if (trouble.trouble === 'RESET') return void response.destroy();
      if (trouble.trouble === 'CUT') return this.cut(call, response);
      if (trouble.trouble === 'ERROR_AFTER_200')
        return void response.end('<?xml version="1.0"?>\n<Error><Code>InternalError</Code></Error>');
      const { status, code, headers: more = {} } = trouble.trouble;
      for (const [name, value] of Object.entries(more)) response.setHeader(name, value);
      return refuse(call, response, { status, code });
    }
    const wrong = signatureFault(request, body, { ...KEYS, region: REGION, service: 's3' }, this.now());
    if (wrong) return refuse(call, response, wrong);
    if (bucket !== BUCKET) return refuse(call, response, { status: 404, code: 'NoSuchBucket' });
    if (method === 'GET' && !call.key) return this.list(call, response);
    if (method === 'PUT') return this.put(call, response, body);
    const object = this.objects.get(call.key);
    if (method === 'DELETE') {
      this.objects.delete(call.key);
      return void response.writeHead(204).end();
    }
    if (!object) return refuse(call, response, { status: 404, code: 'NoSuchKey' });
    response.setHeader('content-length', object.bytes.length);
    response.setHeader('last-modified', new Date(object.modifiedMs).toUTCString());
    response.setHeader('etag', etagOf(object.bytes));
    response.end(method === 'HEAD' ? undefined : object.bytes);
  }

  private put(call: Call, response: ServerResponse, body: Buffer): void {
    const { headers, key } = call;
    if (headers['content-length'] === undefined)
      return refuse(call, response, { status: 411, code: 'MissingContentLength' });
    const from = headers['x-amz-copy-source'] as string | undefined;
    if (from === undefined) {
      this.objects.set(key, { bytes: body, modifiedMs: this.now(), headers });
      return void response.setHeader('etag', etagOf(body)).end();
    }
    const source = from.replace(`/${BUCKET}/`, '');
    const found = this.objects.get(source);
    if (!found) return refuse(call, response, { status: 404, code: 'NoSuchKey' });
    if (source === key && headers['x-amz-metadata-directive'] !== 'REPLACE')
      return refuse(call, response, { status: 400, code: 'InvalidRequest' });
    this.objects.set(key, { bytes: found.bytes, modifiedMs: this.now(), headers });
    const modified = new Date(this.now()).toISOString();
    response.end(`<CopyObjectResult><LastModified>${modified}</LastModified></CopyObjectResult>`);
  }

  private list({ query }: Call, response: ServerResponse): void {
    const after = query.get('continuation-token')?.replace('after & ', '') ?? query.get('start-after') ?? '';
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, Math.min(this.pageSize, Number(query.get('max-keys') ?? 1000)));
    const isCut = page.length < keys.length;
    const items = page.map((key) => {
      const { bytes, modifiedMs } = this.objects.get(key)!;
      const modified = new Date(Math.floor(modifiedMs / 1000) * 1000).toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>&quot;${etagOf(bytes)}&quot;</ETag><Size>${bytes.length}</Size></Contents>`;
    });
    const next = isCut ? `<NextContinuationToken>after &amp; ${page.at(-1)}</NextContinuationToken>` : '';
    response.end(
      `<?xml version="1.0"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${isCut}</IsTruncated>${next}${items.join('')}</ListBucketResult>`,
    );
  }

  /** Half of the object, and then nothing. */
  private cut({ key }: Call, response: ServerResponse): void {
    const { bytes } = this.objects.get(key)!;
    response.setHeader('content-length', bytes.length);
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }

  private now(): number {
    return Date.now() + this.aheadMs;
  }
}

function refuse(
  { method }: Call,
  response: ServerResponse,
  {
    status,
    code,
    message = code,
    region,
  }: { status: number; code: string; message?: string; region?: string },
): void {
  const place = region ? `<Region>${region}</Region>` : '';
  const xml = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${place}</Error>`;
  response.writeHead(status).end(method === 'HEAD' ? undefined : xml);
}

const etagOf = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
