/**
 * The real `stripe` client, against Stripe or against the sandbox, asked with patience. It is loaded at first use:
 * importing it costs more than starting the house. It is imported in this folder and nowhere else.
 */
import type Stripe from 'stripe';
import { NO_TRACES, type Tracer } from '../../../platform/trace';
import { withPatience } from './stripe-failure';
import { tracedWire } from './traced-wire';

export interface StripeAccess {
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Whether Stripe Tax is asked for what is sold. */
  readonly isTaxed: boolean;
  /** Where the sandbox listens; absent = Stripe itself. */
  readonly sandbox?: { readonly host: string; readonly port: number };
}

const TIMEOUT_MS = 15_000;
/** Between two tries, at first: Stripe is given time to recover, which a stand-in on the same machine has no use for. */
const PAUSE_MS = { stripe: 500, sandbox: 10 };

export class StripeClient {
  private loading: Promise<Stripe> | undefined;

  constructor(
    readonly access: () => StripeAccess,
    private readonly tracer: Tracer = NO_TRACES,
  ) {}

  async ask<T>(call: (stripe: Stripe) => Promise<T>): Promise<T> {
    const stripe = await this.client();
    return withPatience(() => call(stripe), this.pauseMs);
  }

  client(): Promise<Stripe> {
    this.loading ??= this.load();
    return this.loading;
  }

  private get pauseMs(): number {
    return this.access().sandbox ? PAUSE_MS.sandbox : PAUSE_MS.stripe;
  }

  private async load(): Promise<Stripe> {
    const { default: Client } = await import('stripe');
    const { apiKey, sandbox } = this.access();
    const client = new Client(apiKey, {
      telemetry: false,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 2,
      ...(this.tracer.isOn && { httpClient: tracedWire(Client.createNodeHttpClient(), this.tracer) }),
      ...(sandbox && { host: sandbox.host, port: sandbox.port, protocol: 'http' }),
    });
    // The client has no setting for it, and what it constructs is no instance of a class that extends it.
    client.getInitialNetworkRetryDelay = () => this.pauseMs / 1000;
    return client;
  }
}

/** All pages of a list. */
export async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}

export function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
