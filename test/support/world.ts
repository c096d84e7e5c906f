/**
 * The world of a test: a real server on a real PostgreSQL, and a ladder of people in it. Everything a test does goes
 * through HTTP; `app` is there for what only the operator's machine can do (time, crashes, draining queues).
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../../src/app/app';
import type { StaffRole } from '../../src/kernel/principal';
import type { Config } from '../../src/platform/config';
import type { Log } from '../../src/platform/log';
import { GraphqlClient } from './client';
import { ShiftedClock } from './clock';
import { cloneDatabase } from './cluster';
import { testConfig } from './config';
import { usageSettled } from './settled-usage';

const PASSWORD = 'correct horse battery';
const WAIT_MS = 45_000;

export interface Person {
  readonly id: string;
  readonly credential: string;
  readonly client: GraphqlClient;
}

export interface CustomerPerson extends Person {
  readonly customerId: string;
  readonly email: string;
  readonly password: string;
  readonly refreshToken: string;
}

export class World {
  private people = 0;

  constructor(
    readonly app: App,
    readonly clock: ShiftedClock,
    readonly databaseUrl: string,
    readonly dataDir: string,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  get url(): string {
    return this.app.url;
  }

  /** A client without a credential, or with the one given. */
  client(credential?: string, headers?: Record<string, string>): GraphqlClient {
    return new GraphqlClient(this.url, credential, headers);
  }

  /** A member of staff who has changed the one-time password. */
  async staff(role: StaffRole = 'ADMIN'): Promise<Person> {
    const email = `staff${++this.people}@flywheel.test`;
    const { staffId, password } = await this.app.modules.identity.identity.createStaff(email, role);
    const tokens = 'session { accessToken }';
    const first = await this.client().mutate<Tokens>('signIn', 'SignInInput!', { email, password }, tokens);
    const changed = await this.client(first.session.accessToken).mutate<Tokens>(
      'passwordChange',
      'PasswordChangeInput!',
      { current: password, next: PASSWORD },
      tokens,
    );
    return this.person(staffId, changed.session.accessToken);
  }

  /** A customer, seen through its owner. */
  async customer(organisation = `Customer ${this.people + 1}`): Promise<CustomerPerson> {
    const email = `owner${++this.people}@customer.test`;
    const { customer, session } = await this.client().mutate<Tokens & { customer: { id: string } }>(
      'signUp',
      'SignUpInput!',
      { organisation, email, password: PASSWORD },
      'customer { id } session { accessToken refreshToken }',
    );
    const person = this.person(customer.id, session.accessToken);
    return {
      ...person,
      customerId: customer.id,
      email,
      password: PASSWORD,
      refreshToken: session.refreshToken!,
    };
  }

  /** An API key of a customer. */
  async apiKey(owner: CustomerPerson, input: object = {}): Promise<Person> {
    const { apiKey, secret } = await owner.client.mutate<{ apiKey: { id: string }; secret: string }>(
      'apiKeyCreate',
      'ApiKeyCreateInput!',
      { name: 'test', ...input },
      'apiKey { id } secret',
    );
    return this.person(apiKey.id, secret);
  }

  /** An end user of a customer, with the token for a browser. */
  async endUser(owner: Person, externalId = `user-${++this.people}`): Promise<Person> {
    const { token, endUser } = await owner.client.mutate<{ token: string; endUser: { id: string } }>(
      'endUserTokenCreate',
      'EndUserTokenCreateInput!',
      { externalId, ttlSeconds: 3600 },
      'token endUser { id }',
    );
    return this.person(endUser.id, token);
  }

  /** Waits until all use is settled, every job has ended and every event is delivered. */
  async settle(): Promise<void> {
    await usageSettled(this.app);
    const pending = `select count(*)::int as count from jobs where status in ('QUEUED', 'RUNNING')`;
    await this.until(async () => {
      await this.app.drainEvents();
      const { rows } = await this.app.platform.database.servicePool.query<{ count: number }>(pending);
      return rows[0]!.count === 0;
    }, 'jobs to end');
    await this.app.drainEvents();
  }

  /** Asks again until it is so. @throws Error after 45 s, naming what was awaited. */
  async until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`waited ${WAIT_MS} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.cleanUp();
  }

  private person(id: string, credential: string): Person {
    return { id, credential, client: this.client(credential) };
  }
}

interface Tokens {
  readonly session: { readonly accessToken: string; readonly refreshToken?: string };
}

/** `log`: where the server's log goes; standard error unless told otherwise. */
export async function startWorld(overrides: Partial<Config> = {}, log?: Log): Promise<World> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-world-'));
  const database = await cloneDatabase();
  const clock = new ShiftedClock();
  const app = await startApp({
    config: testConfig(dataDir, overrides),
    databaseUrl: database.url,
    clock,
    log,
  });
  return new World(app, clock, database.url, dataDir, async () => {
    await database.drop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });
}
