/** Customers who are charged, and staff who grant, correct and check: what tests of money share. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../src/kernel/id';
import type { Reservation } from '../../src/modules/billing';
import { SERVICE } from '../../src/platform/database';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { settleUsage, usageOf } from './support';

export const DAY_MS = 86_400_000;

const CREDITS = `query ($id: ID!) { customer(by: { id: $id }) { credits {
  balanceExact balance { amountMinor currency }
  grants { nodes { id remaining priority expiresAt amount { amountMinor } } }
  burns(first: 100) { nodes { id kind grantId amount debitAccount creditAccount } }
} ledger(first: 100) { nodes { id kind amount debitAccount creditAccount reversesId periodStart } } } }`;

export interface Line {
  readonly debitAccount: string;
  readonly id: string;
  readonly kind: string;
  readonly grantId: string | null;
  readonly amount: string;
}

export interface SeenMoney {
  readonly credits: {
    readonly balanceExact: string;
    readonly balance: { readonly amountMinor: string };
    readonly grants: { readonly nodes: readonly { readonly id: string; readonly remaining: string }[] };
    readonly burns: { readonly nodes: readonly Line[] };
  };
  readonly ledger: { readonly nodes: readonly Line[] };
}

export class MoneyHouse {
  private keys = 0;

  private constructor(
    readonly world: World,
    public staff: Person,
  ) {}

  static async open(): Promise<MoneyHouse> {
    const world = await startWorld();
    return new MoneyHouse(world, await world.staff());
  }

  /** A customer who is charged 0.2 cents for each request. */
  async charged(): Promise<CustomerPerson> {
    const customer = await this.world.customer();
    await this.world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE');
    await this.world.settle();
    return customer;
  }

  key(): string {
    return `key-${++this.keys}`;
  }

  grantInput(
    { customerId }: Pick<CustomerPerson, 'customerId'>,
    amountMinor: string,
    more: object = {},
  ): object {
    const reason = 'Welcome';
    return { customerId, amountMinor, currency: 'USD', reason, idempotencyKey: this.key(), ...more };
  }

  async grant(customer: CustomerPerson, amountMinor: string, more: object = {}): Promise<string> {
    const input = this.grantInput(customer, amountMinor, more);
    const payload = await this.staff.client.mutate<{ grant: { id: string } }>(
      'creditGrant',
      'CreditGrantInput!',
      input,
      'grant { id }',
    );
    await this.world.settle();
    return payload.grant.id;
  }

  /** One request of this price, from its reservation to its record. */
  async use({ customerId }: CustomerPerson, price: string, app = this.world.app): Promise<void> {
    const reservation = await app.modules.billing.metering.reserve(customerId, 1);
    const entry = await usageOf(this.world, reservation);
    await settleUsage({ app }, [{ ...entry, price: { ...entry.price, price } }]);
  }

  /** Asks for so many requests at once; answers those that were admitted. */
  async ask({ customerId }: CustomerPerson, requests: number): Promise<Reservation[]> {
    const { metering } = this.world.app.modules.billing;
    const calls = Array.from({ length: requests }, () => metering.reserve(customerId, 1));
    const outcomes = await Promise.allSettled(calls);
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }

  async seen({ customerId: id }: CustomerPerson, { client } = this.staff): Promise<SeenMoney> {
    return (await client.ask<{ customer: SeenMoney }>(CREDITS, { id })).customer;
  }

  async verified(): Promise<{ balanced: boolean; faults: object[] }> {
    const query = '{ ledgerVerify { balanced faults { rule customerId subject ledger found } } }';
    const asked = await this.staff.client.ask<{ ledgerVerify: { balanced: boolean; faults: object[] } }>(
      query,
    );
    return asked.ledgerVerify;
  }

  async run(kind: string): Promise<void> {
    const { unitOfWork } = this.world.app.platform.database;
    await unitOfWork.run(SERVICE, () => this.world.app.platform.jobs.enqueue(kind, {}));
    await this.world.settle();
  }

  /** Sessions end meanwhile: staff sign in anew. */
  async later(ms: number): Promise<void> {
    this.world.clock.advance(ms);
    this.staff = await this.world.staff();
  }

  nobody(): string {
    return newId('cus', this.world.clock.now());
  }
}

/** Somebody's endpoint, and what it heard. */
export async function listening(): Promise<{ url: string; heard: string[]; close(): Promise<void> }> {
  const heard: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      heard.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, heard, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
