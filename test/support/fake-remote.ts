/** Servers that somebody else runs, on loopback: they speak the OpenAI and the Open Inference Protocol, and misbehave when told. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Misbehaviour =
  | 'NONE'
  | 'NO_USAGE'
  | 'LYING_USAGE'
  | 'CUT_OFF'
  | 'STALLS'
  | 'HANGS'
  | 'TOO_MUCH'
  | 'SILENT'
  | 'NO_STREAM'
  | 'NOT_JSON'
  | 'REDIRECT'
  | 'ERROR_EVENT'
  | 'ONLY_NUMBERS'
  | 'TOO_FEW'
  | 'TWICE_THE_SAME'
  | 'OTHER_WIDTH'
  | 'NO_NUMBER'
  | number;

export interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly traceparent: string | undefined;
  readonly body: Record<string, unknown>;
}

const WORDS = ['Hello', ' from', ' far', ' away'];

function wordsOf(misbehaviour: Misbehaviour): readonly string[] {
  if (misbehaviour === 'TOO_MUCH') return Array.from({ length: 5000 }, () => 'more ');
  return misbehaviour === 'SILENT' ? [] : WORDS;
}

export class FakeRemote {
  misbehaviour: Misbehaviour = 'NONE';
  readonly seen: Seen[] = [];
  /** Answers that nobody waited for to their end. */
  left = 0;
  connections = 0;

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<FakeRemote> {
    const server = http.createServer((request, response) => void remote.answer(request, response));
    const remote = new FakeRemote(server);
    server.on('connection', () => remote.connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return remote;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    const path = request.url ?? '';
    const end = Number(request.headers['inference-header-content-length'] ?? bytes.length);
    const body = (end > 0 ? JSON.parse(bytes.toString('utf8', 0, end)) : {}) as Seen['body'];
    const { authorization, traceparent } = request.headers as Record<string, string | undefined>;
    this.seen.push({ path, authorization, traceparent, body });
    if (typeof this.misbehaviour === 'number') {
      response
        .writeHead(this.misbehaviour, { 'retry-after': '7' })
        .end('{"error":{"message":"a secret of theirs"}}');
    } else if (this.misbehaviour === 'REDIRECT') {
      response.writeHead(307, { location: `${this.url}/elsewhere` }).end();
    } else if (path === '/v2/models/add') respond(response, ADD);
    else if (path === '/v2/models/add/infer') this.infer(response, body, bytes.subarray(end));
    else if (path.endsWith('/embeddings')) this.embed(response, body);
    else this.write(response, path);
  }

  private write(response: ServerResponse, path: string): void {
    const { misbehaviour } = this;
    if (misbehaviour === 'NO_STREAM') return respond(response, { choices: [] });
    if (misbehaviour === 'HANGS') return void response.once('close', () => this.left++);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (data: object): boolean => response.write(`data: ${JSON.stringify(data)}\n\n`);
    const isChat = path.endsWith('/chat/completions');
    const choice = (text: string, finish: string | null) => ({
      choices: [{ index: 0, ...(isChat ? { delta: { content: text } } : { text }), finish_reason: finish }],
    });
    for (const word of wordsOf(misbehaviour)) say(choice(word, null));
    if (misbehaviour === 'STALLS') return void response.once('close', () => this.left++);
    if (misbehaviour === 'NOT_JSON') response.write('data: {broken\n\n');
    if (misbehaviour === 'ERROR_EVENT') say({ error: { message: 'a secret of theirs' } });
    if (misbehaviour === 'CUT_OFF')
      return (void response.flushHeaders(), void setImmediate(() => response.destroy()));
    say(choice('', 'stop'));
    const completion = misbehaviour === 'LYING_USAGE' ? 1_000_000 : misbehaviour === 'SILENT' ? 0 : 5;
    if (misbehaviour !== 'NO_USAGE')
      say({
        choices: [],
        usage: { prompt_tokens: 3, completion_tokens: completion, total_tokens: 3 + completion },
      });
    response.end('data: [DONE]\n\n');
  }

  /** A text's length, its first character and its last: a vector as different as the texts. Last text first. */
  private embed(response: ServerResponse, { input, encoding_format: format }: Seen['body']): void {
    const { misbehaviour } = this;
    const texts = input as string[];
    const isBinary = format === 'base64' && misbehaviour !== 'ONLY_NUMBERS';
    const vectorOf = (text: string): number[] => [
      text.length,
      text.charCodeAt(0),
      misbehaviour === 'NO_NUMBER' ? NaN : text.charCodeAt(text.length - 1),
      ...(misbehaviour === 'OTHER_WIDTH' ? [0] : []),
    ];
    const data = texts.map((text, index) => ({
      object: 'embedding',
      index: misbehaviour === 'TWICE_THE_SAME' ? 0 : index,
      embedding: isBinary
        ? Buffer.from(Float32Array.from(vectorOf(text)).buffer).toString('base64')
        : vectorOf(text),
    }));
    const tokens = misbehaviour === 'LYING_USAGE' ? 1_000_000 : texts.join(' ').split(' ').length;
    respond(response, {
      object: 'list',
      data: misbehaviour === 'TOO_FEW' ? data.slice(1) : data.reverse(),
      ...(misbehaviour === 'NO_USAGE' ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
    });
  }

  /** a + b and their mean, by rows: binary in, and out as it was asked. */
  private infer(response: ServerResponse, { inputs }: Seen['body'], binary: Buffer): void {
    const [count = 0] = (inputs as { shape: number[] }[])[0]!.shape;
    const at = (index: number): number => binary.readFloatLE(index * 4);
    const sums = Array.from(
      { length: count },
      (_, row) => at(row) + at(count + row * 2) + at(count + row * 2 + 1),
    );
    const nonsense = this.misbehaviour === 'NOT_JSON';
    respond(response, {
      model_name: 'add',
      outputs: [{ name: 'sum', datatype: 'FP32', shape: [count, 1], data: nonsense ? ['x'] : sums }],
    });
  }
}

const ADD = {
  name: 'add',
  versions: ['1'],
  platform: 'fake',
  inputs: [
    { name: 'a', datatype: 'FP32', shape: [-1, 1] },
    { name: 'b', datatype: 'FP32', shape: [-1, 2] },
  ],
  outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1, 1] }],
};

function respond(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
