/**
 * Answers the `stripe` client: one transaction a request, one writer at a time, an idempotent answer kept with its
 * effect, and refusals in Stripe's envelope. An unknown operation is refused by its name.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { API_VERSION, type EventLog } from '../event/event-log';
import type { ObjectStore } from '../store/object-store';
import { PLACE } from './address';
import type { Operation } from './call';
import type { Expansion } from './expansion';
import { decodeForm } from './form';
import type { IdempotencyKeys, KeptAnswer } from './idempotency';
import { Parameters } from './parameters';
import { envelope, Refusal } from './refusal';
import { Router } from './router';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Query and body, still encoded. */
  readonly form: string;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Desk {
  readonly apiKey: string;
  readonly operations: readonly Operation[];
  readonly store: ObjectStore;
  readonly keys: IdempotencyKeys;
  readonly expansion: Expansion;
  readonly events: EventLog;
  readonly atomically: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Answers that Stripe keeps under the idempotency key although they are refusals: something was tried. */
const KEPT_REFUSAL = 402;

export class ApiDesk {
  private readonly router: Router;

  constructor(private readonly desk: Desk) {
    this.router = new Router(desk.operations);
  }

  async answer(request: ApiRequest): Promise<ApiAnswer> {
    const requestId = `req_${randomBytes(9).toString('base64url')}`;
    const key = request.method === 'POST' ? header(request.headers, 'idempotency-key') : undefined;
    try {
      this.admit(request.headers);
      const kept = await this.perform(request, requestId, key);
      return answerOf(kept, requestId, key);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const kept = {
        requestId,
        status: error.status,
        body: JSON.stringify(envelope(error, `${PLACE}/logs/${requestId}`)),
      };
      if (key !== undefined && error.status === KEPT_REFUSAL)
        await this.desk.atomically(() => this.desk.keys.keep(key, fingerprintOf(request), kept, request.at));
      return answerOf(kept, requestId, key);
    }
  }

  private perform(request: ApiRequest, requestId: string, key: string | undefined): Promise<KeptAnswer> {
    const { method, path, form, at } = request;
    const route = this.router.find(method, path);
    if (!route) throw unknownOperation(method, path);
    return this.desk.atomically(async () => {
      if (method !== 'GET') await this.desk.store.lock();
      const earlier =
        key === undefined ? undefined : await this.desk.keys.answer(key, fingerprintOf(request), at);
      if (earlier) return earlier;
      const parameters = new Parameters(decodeForm(form));
      const expand = parameters.texts('expand');
      const kept = await this.tried(requestId, async () => {
        const result = await this.desk.events.during({ id: requestId, idempotency_key: key ?? null }, () =>
          route.operation.run({ path: route.path, parameters, at }),
        );
        parameters.assertAllRead(`${method} ${route.operation.path}`);
        return JSON.stringify(await this.desk.expansion.expand(result, expand));
      });
      if (key !== undefined) await this.desk.keys.keep(key, fingerprintOf(request), kept, at);
      return kept;
    });
  }

  /** Most refusals leave nothing behind. One that tells of a try is an answer, and what was tried stays. */
  private async tried(requestId: string, run: () => Promise<string>): Promise<KeptAnswer> {
    try {
      return { requestId, status: 200, body: await run() };
    } catch (error) {
      if (!(error instanceof Refusal) || !error.details.keepsEffect) throw error;
      const body = JSON.stringify(envelope(error, `${PLACE}/logs/${requestId}`));
      return { requestId, status: error.status, body };
    }
  }

  private admit(headers: IncomingHttpHeaders): void {
    const given = /^Bearer (.+)$/.exec(header(headers, 'authorization') ?? '')?.[1];
    if (given === undefined) {
      const message =
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
      throw new Refusal(401, message);
    }
    if (!sameText(given, this.desk.apiKey))
      throw new Refusal(401, `Invalid API Key provided: ${given.slice(0, 8)}****`);
    const version = header(headers, 'stripe-version') ?? API_VERSION;
    if (version !== API_VERSION)
      throw new Refusal(
        400,
        `The sandbox, which is not Stripe, speaks API version ${API_VERSION} only, not ${version}.`,
      );
  }
}

function unknownOperation(method: string, path: string): Refusal {
  return new Refusal(
    404,
    `Unrecognized request URL (${method}: ${path}). The sandbox, which is not Stripe, does not know this operation.`,
  );
}

function answerOf(
  { requestId: original, status, body }: KeptAnswer,
  requestId: string,
  key: string | undefined,
): ApiAnswer {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': API_VERSION,
    ...(key !== undefined && { 'idempotency-key': key, 'original-request': original }),
    ...(original !== requestId && { 'idempotent-replayed': 'true' }),
  };
  return { status, headers, body };
}

function fingerprintOf({ method, path, form }: ApiRequest): object {
  return { method, path, form };
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
