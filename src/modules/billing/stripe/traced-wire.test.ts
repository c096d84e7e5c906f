import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Span, underSpan } from '../../../platform/trace';
import { RecordingTracer } from '../../../platform/trace/tracer';
import { StripeClient } from './stripe-client';

const DONE = Promise.resolve();

test('Stripe is told in which trace it is asked, and the answer is the same', async () => {
  const seen: (string | undefined)[] = [];
  const server = http.createServer(({ headers }, response) => {
    seen.push(headers['traceparent'] as string | undefined);
    response.setHeader('content-type', 'application/json').end('{"id":"cus_1","object":"customer"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ended: Span[] = [];
  const sink = { add: (span: Span) => void ended.push(span), flush: () => DONE, stop: () => DONE };
  const tracer = new RecordingTracer({ sampler: 'always_on', ratio: 1 }, { millis: () => 0 }, sink);
  const sandbox = { host: '127.0.0.1', port };
  const client = new StripeClient(
    () => ({ apiKey: 'sk_test', webhookSecret: 'whsec', isTaxed: false, sandbox }),
    tracer,
  );
  const request = tracer.begin('request');
  const customer = await underSpan(request, () => client.ask((stripe) => stripe.customers.retrieve('cus_1')));
  expect(customer.id).toBe('cus_1');
  const [call] = ended;
  expect(call).toMatchObject({
    name: 'GET',
    kind: 'CLIENT',
    traceId: request!.traceId,
    parent: { spanId: request!.spanId },
    attributes: { 'server.address': '127.0.0.1', 'server.port': port, 'http.response.status_code': 200 },
  });
  expect(seen).toEqual([call!.traceparent]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
