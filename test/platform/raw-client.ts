/** A client of the WebSocket at /graphql/stream that keeps to no protocol of its own accord. */
import { once } from 'node:events';
import WebSocket from 'ws';
import type { ActServer } from './act-server';

export const WITH_B = { type: 'connection_init', payload: { Authorization: 'Bearer b' } };

/** A client that says what it likes. */
export class RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly messages: Record<string, unknown>[] = [];

  constructor(
    { url }: Pick<ActServer, 'url'>,
    headers: Record<string, string> = {},
    protocols = ['graphql-transport-ws'],
  ) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql/stream`, protocols, { headers });
    this.socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(String(data)) as never));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  async say(...messages: (object | string | Buffer)[]): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    for (const message of messages)
      this.socket.send(
        typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      );
    return this;
  }

  /** The next message that came, of this type. */
  async next(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const at = this.messages.findIndex((message) => message.type === type);
      if (at >= 0) return this.messages.splice(at, 1)[0]!;
      await once(this.socket, 'message');
    }
  }
}
