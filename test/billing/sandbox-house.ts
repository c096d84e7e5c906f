/** The sandbox alone, with the real `stripe` client in front of it: what every test of it starts from. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Stripe from 'stripe';
import { createStripeSandbox, type StripeSandbox } from '../../src/modules/billing/stripe/sandbox';
import { Keyring, masterKey } from '../../src/platform/crypto';
import { createLog } from '../../src/platform/log';
import { ShiftedClock } from '../support/clock';
import { cloneDatabase } from '../support/cluster';
import { stripeContract } from './sandbox-contract';
import { ContractCheck } from './sandbox-contract-check';

export const WEBHOOK_SECRET = 'whsec_sandbox_tests';

type HouseSettings = Pick<Parameters<typeof createStripeSandbox>[0], 'afterLastTry' | 'olderWebhookSecrets'>;

export interface Begun {
  readonly subscription: Stripe.Subscription;
  readonly invoice: Stripe.Invoice;
  readonly customer: string;
  readonly clock: string;
}

export function itemOf({ items }: Stripe.Subscription): Stripe.SubscriptionItem {
  return items.data[0]!;
}

export class SandboxHouse {
  webhookUrl: string | undefined;
  /** Sees everything that the client asks and hears. */
  readonly contract = new ContractCheck(stripeContract());

  private constructor(
    readonly databaseUrl: string,
    readonly clock: ShiftedClock,
    private readonly folder: string,
    private readonly drop: () => Promise<void>,
    public sandbox: StripeSandbox,
    public stripe: Stripe,
    public address: string,
    private readonly settings: HouseSettings,
  ) {}

  static async open(settings: HouseSettings = {}): Promise<SandboxHouse> {
    const database = await cloneDatabase();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-sandbox-'));
    const house = new SandboxHouse(
      database.url,
      new ShiftedClock(),
      folder,
      database.drop,
      undefined as never,
      undefined as never,
      '',
      settings,
    );
    await house.start();
    return house;
  }

  async start(): Promise<void> {
    this.sandbox = createStripeSandbox({
      database: { url: this.databaseUrl },
      clock: this.clock,
      crypto: new Keyring(masterKey(undefined, this.folder)),
      log: createLog({ logLevel: 'error' }),
      webhookUrl: () => this.webhookUrl,
      webhookSecret: WEBHOOK_SECRET,
      ...this.settings,
    });
    const { host, port } = await this.sandbox.start();
    this.address = `http://${host}:${port}`;
    this.stripe = new Stripe(this.sandbox.apiKey, {
      host,
      port,
      protocol: 'http',
      telemetry: false,
      timeout: 15_000,
      maxNetworkRetries: 0,
      httpClient: this.watched(Stripe.createNodeHttpClient()),
    });
  }

  /** As after a restart of the process: the same database, another port. */
  async restart(): Promise<void> {
    await this.sandbox.stop();
    await this.start();
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    await this.drop();
    fs.rmSync(this.folder, { recursive: true, force: true });
    const faults = [...this.contract.faults];
    if (faults.length > 0) throw new Error(`against Stripe's contract:\n${faults.join('\n')}`);
  }

  /** A customer on a test clock of its own, who pays with `card`. */
  async customer({
    at,
    card = 'pm_card_visa',
  }: {
    at: number;
    card?: string;
  }): Promise<{ id: string; clock: string }> {
    const clock = await this.stripe.testHelpers.testClocks.create({ frozen_time: at });
    const { id } = await this.stripe.customers.create({
      email: 'payer@customer.test',
      test_clock: clock.id,
      payment_method: card,
      invoice_settings: { default_payment_method: card },
    });
    return { id, clock: clock.id };
  }

  async price(unitAmount: number, name = 'Plan'): Promise<string> {
    const product = await this.stripe.products.create({ name });
    const price = await this.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: unitAmount,
      recurring: { interval: 'month' },
    });
    return price.id;
  }

  /** A customer on a clock of its own, and a monthly subscription that begins at `at`. */
  async subscribe(
    at: number,
    unitAmount: number,
    more: Partial<Stripe.SubscriptionCreateParams> = {},
    { card, quantity }: { card?: string; quantity?: number } = {},
  ): Promise<Begun> {
    const { id: customer, clock } = await this.customer({ at, card });
    const price = await this.price(unitAmount);
    const subscription = await this.stripe.subscriptions.create({
      customer,
      items: [{ price, quantity }],
      expand: ['latest_invoice.payments'],
      ...more,
    });
    return { subscription, invoice: subscription.latest_invoice as Stripe.Invoice, customer, clock };
  }

  /** Newest first. */
  async invoicesOf(subscription: string): Promise<Stripe.Invoice[]> {
    return (await this.stripe.invoices.list({ subscription })).data;
  }

  intentOf({ payments }: Stripe.Invoice): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.retrieve(payments!.data[0]!.payment.payment_intent as string);
  }

  async advance(clock: string, to: number): Promise<void> {
    await this.stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
    const { status, frozen_time: now } = await this.stripe.testHelpers.testClocks.retrieve(clock);
    if (status !== 'ready' || now !== to) throw new Error(`the clock is ${status} at ${now}`);
  }

  private watched(client: Stripe.HttpClient): Stripe.HttpClient {
    return {
      getClientName: () => client.getClientName(),
      makeRequest: async (...request) => {
        const response = await client.makeRequest(...request);
        const [, , url, method, , body] = request;
        const toJSON = async (): Promise<unknown> => {
          const answer: unknown = await response.toJSON();
          this.contract.see({ method, url, body: body ?? '', status: response.getStatusCode(), answer });
          return answer;
        };
        return {
          getStatusCode: () => response.getStatusCode(),
          getHeaders: () => response.getHeaders(),
          getRawResponse: () => response.getRawResponse(),
          toStream: (done) => response.toStream(done),
          toJSON,
        };
      },
    };
  }

  /** Presses a button on one of the sandbox's pages. */
  press(url: string, fields: Record<string, string>): Promise<Response> {
    return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  }
}
