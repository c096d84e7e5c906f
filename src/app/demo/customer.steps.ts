/** From the chair of a customer: sign up, subscribe on a page, get a key, mint a token for an end user. */
import { randomUUID } from 'node:crypto';
import { check } from './check';
import { GraphqlClient } from './graphql-client';
import { eventually, PASSWORD, type Story } from './story';

export async function customerSignsUp({
  url,
  narrator,
  facts,
}: Story): Promise<{ customerId: string; owner: GraphqlClient }> {
  narrator.chapter('Customer', 'signs up, and is on the FREE plan at once');
  const input = {
    organisation: 'Northwind Analytics',
    segment: 'human resources',
    email: `owner+${randomUUID().slice(0, 8)}@northwind.example`,
    password: PASSWORD,
  };
  const fields = 'customer { id name subscription { plan { code } } } session { accessToken }';
  const { customer, session } = await new GraphqlClient(url).mutate<{
    customer: { id: string; subscription: { plan: { code: string } } };
    session: { accessToken: string };
  }>('signUp', 'SignUpInput!', input, fields);
  check(customer.subscription.plan.code === 'FREE', 'a new customer is on the FREE plan');
  narrator.say(`${input.organisation}, ${customer.id}, plan FREE`);
  facts.customer = { customerId: customer.id, email: input.email };
  return { customerId: customer.id, owner: new GraphqlClient(url, session.accessToken) };
}

const PLAN =
  '{ customer { subscription { status plan { code version price { formatted } } } entitlements { feature limit remaining } } }';

interface PlanState {
  readonly customer: {
    readonly subscription: {
      readonly status: string;
      readonly plan: { readonly code: string; readonly price: { readonly formatted: string } };
    };
    readonly entitlements: readonly {
      readonly feature: string;
      readonly limit: string | null;
      readonly remaining: string | null;
    }[];
  };
}

/** Subscribes through the hosted page, which the demo clicks as a person would: its form, its test card, its button. */
export async function customerSubscribes({ narrator, facts }: Story, owner: GraphqlClient): Promise<void> {
  narrator.chapter(
    'Customer',
    'subscribes to PRO on the payment page (the sandbox: not Stripe, and it says so)',
  );
  const input = { plan: 'PRO', idempotencyKey: 'demo-pro' };
  const { checkoutUrl } = await owner.mutate<{ checkoutUrl: string }>(
    'subscriptionCheckoutCreate',
    'SubscriptionCheckoutCreateInput!',
    input,
    'checkoutUrl',
  );
  const returned = await payOnPage(checkoutUrl);
  check(returned.ok, `the customer comes back from the page (${returned.status})`);
  const state = await eventually(async () => {
    const { customer } = await owner.ask<PlanState>(PLAN);
    return customer.subscription.plan.code === 'PRO' && customer.subscription.status === 'ACTIVE'
      ? customer
      : undefined;
  }, 'the subscription becomes active');
  const { plan } = state.subscription;
  narrator.say(`paid with a test card: ${plan.code}, ${plan.price.formatted} a month`);
  facts.subscription = { plan: plan.code, price: plan.price.formatted, entitlements: state.entitlements };
}

/** Opens the page, keeps the values of its form, and sends it as its pay button does. */
async function payOnPage(pageUrl: string): Promise<Response> {
  const page = await (await fetch(pageUrl)).text();
  check(page.includes('<form method="post">'), 'the page has a form that is sent to the page itself');
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(tag)?.[1];
    const isChoice = /type="(radio|checkbox)"/.test(tag);
    if (name && (!isChoice || tag.includes('checked')))
      fields.set(name, /value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  const button = [...page.matchAll(/<button[^>]*>/g)]
    .map(([tag]) => tag)
    .find((tag) => /value="pay"/.test(tag));
  const name = button && /name="([^"]+)"/.exec(button)?.[1];
  if (name) fields.set(name, 'pay');
  return fetch(pageUrl, { method: 'POST', body: fields, redirect: 'follow' });
}

export async function customerMakesKey(
  { url, narrator, facts }: Story,
  owner: GraphqlClient,
): Promise<GraphqlClient> {
  narrator.chapter('Customer', 'makes an API key for its server; the secret is shown once');
  const { apiKey, secret } = await owner.mutate<{ apiKey: { id: string; prefix: string }; secret: string }>(
    'apiKeyCreate',
    'ApiKeyCreateInput!',
    { name: 'server', idempotencyKey: 'demo-key' },
    'apiKey { id prefix } secret',
  );
  narrator.say(`${apiKey.prefix}…`);
  facts.apiKey = { apiKeyId: apiKey.id, prefix: apiKey.prefix };
  return new GraphqlClient(url, secret);
}

export interface DemoEndUser {
  readonly endUserId: string;
  readonly browser: GraphqlClient;
}

export async function customerMintsToken(
  { url, narrator, facts }: Story,
  server: GraphqlClient,
  externalId: string,
): Promise<DemoEndUser> {
  narrator.chapter(
    'Customer',
    `mints a short token for its user ${externalId}, safe in that person’s browser`,
  );
  const { token, endUser } = await server.mutate<{ token: string; endUser: { id: string } }>(
    'endUserTokenCreate',
    'EndUserTokenCreateInput!',
    { externalId },
    'token endUser { id }',
  );
  const browser = new GraphqlClient(url, token);
  const { viewer } = await browser.ask<{ viewer: { permissions: string[] } }>('{ viewer { permissions } }');
  narrator.say(`may: ${viewer.permissions.join(', ')}`);
  facts.endUser = { endUserId: endUser.id, permissions: viewer.permissions };
  return { endUserId: endUser.id, browser };
}
