/** What `doctor` says of an account at Stripe, asked of a stand-in that knows prices and webhook endpoints. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripeReport } from '../../src/modules/billing';
import { cloneDatabase } from '../support/cluster';

const VERSION = '2026-10-28.endive';
const URL_OF_OURS = 'https://flywheel.test/webhooks/stripe';

interface Account {
  keyIsTaken: boolean;
  /** Paths that the key may not read, and what it lacks. */
  denied: Record<string, string>;
  prices: Record<string, object>;
  endpoints: object[];
  tax: object;
}
const sound = (): Account => ({
  keyIsTaken: true,
  denied: {},
  prices: { flywheel_pro_v1: price(4900) },
  endpoints: [{ url: URL_OF_OURS, status: 'enabled', enabled_events: ['*'], api_version: VERSION }],
  tax: {
    object: 'tax.settings',
    status: 'active',
    status_details: {},
    defaults: { tax_behavior: 'exclusive' },
  },
});
const price = (unit_amount: number, more: object = {}) => ({
  id: 'price_1',
  object: 'price',
  active: true,
  currency: 'usd',
  unit_amount,
  recurring: { interval: 'month' },
  ...more,
});

let account = sound();
let database: { url: string; drop(): Promise<void> };
const stripe = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://stripe');
  const list = (data: object[]): string => JSON.stringify({ object: 'list', data, has_more: false });
  response.setHeader('content-type', 'application/json');
  if (!account.keyIsTaken)
    return response
      .writeHead(401)
      .end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } }));
  const lacking = account.denied[pathname];
  if (lacking)
    return response
      .writeHead(403)
      .end(JSON.stringify({ error: { type: 'invalid_request_error', message: lacking } }));
  if (pathname === '/v1/webhook_endpoints') return response.end(list(account.endpoints));
  if (pathname === '/v1/tax/settings') return response.end(JSON.stringify(account.tax));
  const found = account.prices[searchParams.get('lookup_keys[0]') ?? ''];
  return response.end(list(found ? [found] : []));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => stripe.listen(0, '127.0.0.1', resolve));
  database = await cloneDatabase();
});
afterAll(async () => {
  await new Promise((resolve) => stripe.close(resolve));
  await database.drop();
});
beforeEach(() => (account = sound()));

function report({ isTaxed = false, apiKey = 'sk_test_1' } = {}): Promise<string[]> {
  const publicUrl = 'https://flywheel.test';
  const { port } = stripe.address() as AddressInfo;
  const sandbox = { host: '127.0.0.1', port };
  const access = { apiKey, webhookSecret: 'whsec_1', isTaxed, sandbox };
  return stripeReport({ access, publicUrl, databaseUrl: database.url });
}

test('a sound account is said to be sound, line by line', async () => {
  expect(await report()).toEqual([
    'key sk_test_… is taken (test: no money moves)',
    '2 plans have their price, or get it at the first sale',
    `API version ${VERSION}, pinned by the client`,
    `webhooks come to ${URL_OF_OURS}; the first one shows whether the secret is this endpoint’s`,
  ]);
});

test('a key that Stripe does not take is the first thing that is said', async () => {
  account.keyIsTaken = false;
  await expect(report()).rejects.toThrow('Invalid API Key provided');
});

test('a restricted key is told all that it may not read, as Stripe names it', async () => {
  const apiKey = 'rk_live_1';
  expect((await report({ apiKey }))[0]).toBe('key rk_live_… is taken (live: money moves)');
  account.denied = {
    '/v1/invoices': `The provided key 'rk_live_*1' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_invoice_read' permission would allow this request to continue.`,
    '/v1/webhook_endpoints': `The provided key 'rk_live_*1' does not have the required permissions for this endpoint on account 'acct_1'. Enabling Webhook Endpoints, Event Destinations Read ('webhook_read') permissions on this key would allow this request to continue.`,
  };
  await expect(report({ apiKey })).rejects.toThrow(
    /lacks permissions.*: invoice_read, webhook_read\. Give it those/,
  );
});

test('wrong prices, a missing endpoint, and one that is off, old or deaf are all said, with what to do', async () => {
  account.prices = { flywheel_pro_v1: price(1), flywheel_scale_v1: price(49900, { active: false }) };
  account.endpoints = [];
  await expect(report()).rejects.toThrow(
    /flywheel_pro_v1, its amount is not 4900 minor units\n.*flywheel_scale_v1, it is archived\n.*no webhook endpoint for https:\/\/flywheel.test\/webhooks\/stripe: add it/,
  );
  account = sound();
  account.endpoints = [
    { url: URL_OF_OURS, status: 'disabled', enabled_events: ['invoice.paid'], api_version: '2020-08-27' },
  ];
  await expect(report()).rejects.toThrow(
    /is disabled: enable it\n.*does not send charge.dispute.closed, .*refund.failed.*: choose them\n.*speaks API version 2020-08-27, not 2026-10-28.endive/,
  );
});

test('an account that cannot tax is said to be so, where taxes are asked for', async () => {
  expect(await report({ isTaxed: true })).toContain(
    'Stripe Tax is set up; it collects where the account is registered',
  );
  const pending = { missing_fields: ['head_office', 'defaults.tax_code'] };
  account.tax = { ...account.tax, status: 'pending', status_details: { pending } };
  await expect(report({ isTaxed: true })).rejects.toThrow('not set up (head_office, defaults.tax_code)');
  account.tax = { ...account.tax, status: 'active', status_details: {}, defaults: { tax_behavior: null } };
  await expect(report({ isTaxed: true })).rejects.toThrow('whether prices hold their tax');
});
