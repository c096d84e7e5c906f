/** A load generator that costs little itself: one prepared request over kept-alive sockets, answers only counted. */
import net from 'node:net';

export interface LoadRequest {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array;
}

const HEAD_END = Buffer.from('\r\n\r\n');

function bytesOf({ url, body, headers = {} }: LoadRequest): Buffer {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({
    host,
    'content-type': 'application/json',
    accept: 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Length of the answer at the start of the buffer, or 0 when it is not complete. @throws Error for anything but a 200. */
function answerLength(buffer: Buffer): number {
  const head = buffer.indexOf(HEAD_END);
  if (head < 0) return 0;
  const text = buffer.toString('latin1', 0, head);
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`not a 200: ${buffer.toString('utf8', 0, 600)}`);
  const length = /^content-length: *(\d+)/im.exec(text)?.[1];
  if (length !== undefined) {
    const end = head + HEAD_END.length + Number(length);
    return buffer.length >= end ? end : 0;
  }
  const last = buffer.indexOf('\r\n0\r\n\r\n', head);
  return last < 0 ? 0 : last + 7;
}

/** `connections` clients, each asking again as soon as it is answered, for so many seconds. */
export async function load(request: LoadRequest, connections: number, seconds: number): Promise<LoadResult> {
  const bytes = bytesOf(request);
  const { hostname, port } = new URL(request.url);
  const latencies: number[] = [];
  const start = performance.now();
  const deadline = start + seconds * 1000;
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), hostname).setNoDelay(true);
      let pending: Buffer = Buffer.alloc(0);
      let asked = 0;
      const ask = (): void => {
        asked = performance.now();
        if (asked < deadline) socket.write(bytes);
        else socket.end(resolve);
      };
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
        try {
          const length = answerLength(pending);
          if (length === 0) return;
          pending = pending.subarray(length);
        } catch (error) {
          socket.destroy();
          return reject(error as Error);
        }
        latencies.push(performance.now() - asked);
        ask();
      });
    });
  await Promise.all(Array.from({ length: connections }, client));
  return {
    requests: latencies.length,
    seconds: (performance.now() - start) / 1000,
    latencies: Float64Array.from(latencies).sort(),
  };
}
