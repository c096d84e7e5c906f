/** A customer's server that is told by webhooks: it answers as it is told to, and keeps what it heard. */
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person } from '../support/world';

export interface Heard {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export class WebhookReceiver {
  readonly heard: Heard[] = [];
  status = 200;
  /** Nothing is answered before it. */
  answersAfter: Promise<void> = Promise.resolve();
  url = '';
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      this.heard.push({ headers: request.headers, body });
      void this.answersAfter.then(() => response.writeHead(this.status).end());
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** An endpoint of the person's, which is this server. */
  async endpointOf(person: Person): Promise<{ id: string; secret: string }> {
    const { webhookEndpoint, secret } = await person.client.mutate<{
      webhookEndpoint: { id: string };
      secret: string;
    }>(
      'webhookEndpointCreate',
      'WebhookEndpointCreateInput!',
      { url: this.url },
      'webhookEndpoint { id url } secret',
    );
    return { id: webhookEndpoint.id, secret };
  }
}

export function isSignedBy(secret: string, { headers, body }: Heard): boolean {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(content)
    .digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${mac}`);
}
