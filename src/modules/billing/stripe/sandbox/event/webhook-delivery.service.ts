/**
 * Brings events to the configured endpoint: signed, the oldest first, a handful at a time, again and again until they are
 * taken. Tests can hold deliveries back and bring any event late, twice or out of order.
 */
import type { Clock } from '../../../../../kernel/clock';
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import type { Log } from '../../../../../platform/log';
import type { SandboxEvent } from '../store/wire';
import { waitAfter } from './delivery-schedule';
import { disorder } from './disorder';
import { signatureHeader } from './signature';

export interface WebhookSettings {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly log: Log;
  /** undefined while nobody listens: events wait then. */
  readonly url: () => string | undefined;
  /** Every event is signed with each of them. */
  readonly secrets: readonly string[];
  /** Turns placeholders of addresses in a body into the address under which the sandbox listens now. */
  readonly withAddress: (body: string) => string;
}

const TIMEOUT_MS = 10_000;
/** Events that are on their way at a time: as from Stripe, those of one handful may overtake each other. */
const ABREAST = 8;
/** A delivery that a process took and did not finish is taken again after this. */
const CLAIM_MS = 30_000;

export class WebhookDeliveryService {
  private held = false;
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(private readonly settings: WebhookSettings) {}

  /** Keeps events back until `release`. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.kick();
  }

  /** Delivers what is due, unless that is being done. */
  kick(): void {
    if (this.held || this.stopped || this.running) return;
    this.running = this.deliverDue()
      .catch((error: unknown) => this.settings.log.error({ error }, 'the sandbox could not deliver events'))
      .finally(() => (this.running = undefined));
  }

  /** Resolves when nothing is due any more. */
  async flush(): Promise<void> {
    await this.running;
    if (!this.held) await this.deliverDue();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Events that the endpoint has not taken yet, oldest first. */
  async pending(): Promise<SandboxEvent[]> {
    const rows = await this.sql<{ body: SandboxEvent }>(
      `select body from stripe_sandbox_deliveries join stripe_sandbox_objects on id = event_id
       where delivered_at is null order by position`,
    );
    return rows.map(({ body }) => body);
  }

  /** Brings one event now, whether it was taken before or not; `at` sets the time of the signature. Answers the status. */
  async deliver(eventId: string, { at = this.seconds() }: { at?: number } = {}): Promise<number> {
    const [row] = await this.sql<{ body: SandboxEvent }>(
      "select body from stripe_sandbox_objects where id = $1 and kind = 'event'",
      [eventId],
    );
    if (!row) throw new Error(`the sandbox has no event ${eventId}`);
    const status = await this.post(row.body, at);
    if (isTaken(status)) await this.markTaken([{ id: eventId, status }]);
    return status;
  }

  /**
   * Brings all that is held back, out of order and some of it twice. The same seed brings the same disorder.
   * Answers how many deliveries that were.
   */
  async scatter({ seed, doubled = 0 }: { seed: number; doubled?: number }): Promise<number> {
    const order = disorder(
      (await this.pending()).map(({ id }) => id),
      { seed, doubled },
    );
    for (const id of order) await this.deliver(id);
    return order.length;
  }

  private async deliverDue(): Promise<void> {
    while (!this.held && !this.stopped && this.settings.url() !== undefined) {
      const claims = await this.claim();
      if (claims.length === 0) return;
      const statuses = await Promise.all(claims.map(({ body }) => this.post(body, this.seconds())));
      const outcomes = claims.map(({ body: { id }, attempts }, place) => ({
        id,
        attempts,
        status: statuses[place]!,
      }));
      const taken = outcomes.filter(({ status }) => isTaken(status));
      if (taken.length > 0) await this.markTaken(taken);
      for (const { id, attempts, status } of outcomes)
        if (!isTaken(status)) await this.markRefused(id, attempts, status);
    }
  }

  /** Takes the oldest due deliveries for this process; another process finds them locked and takes the next. */
  private async claim(): Promise<{ body: SandboxEvent; attempts: number }[]> {
    const now = this.settings.clock.millis();
    return this.sql<{ body: SandboxEvent; attempts: number }>(
      `with claimed as (
         update stripe_sandbox_deliveries set next_at = $2, attempts = attempts + 1
         where event_id in (
           select event_id from stripe_sandbox_deliveries join stripe_sandbox_objects on id = event_id
           where delivered_at is null and next_at <= $1 order by position limit $3
           for update of stripe_sandbox_deliveries skip locked)
         returning event_id, attempts)
       select body, attempts from claimed join stripe_sandbox_objects on id = event_id order by position`,
      [now, now + CLAIM_MS, ABREAST],
    );
  }

  private async post(event: SandboxEvent, at: number): Promise<number> {
    const url = this.settings.url();
    if (url === undefined) throw new Error('no webhook endpoint is configured');
    const body = this.settings.withAddress(JSON.stringify(event, null, 2));
    const signature = signatureHeader(body, at, this.settings.secrets);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  private markTaken(taken: readonly { readonly id: string; readonly status: number }[]): Promise<unknown> {
    return this.sql(
      `update stripe_sandbox_deliveries set delivered_at = $2, next_at = null, last_status = t.status
       from jsonb_to_recordset($1::jsonb) as t (id text, status int) where event_id = t.id`,
      [JSON.stringify(taken), this.settings.clock.millis()],
    );
  }

  private markRefused(eventId: string, attempts: number, status: number): Promise<unknown> {
    const wait = waitAfter(attempts);
    const next = wait === undefined ? null : this.settings.clock.millis() + wait * 1000;
    return this.sql(
      'update stripe_sandbox_deliveries set next_at = $2, last_status = $3 where event_id = $1',
      [eventId, next, status],
    );
  }

  private seconds(): number {
    return Math.floor(this.settings.clock.millis() / 1000);
  }

  private sql<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const { unitOfWork } = this.settings;
    return unitOfWork.outside(() => unitOfWork.run(SERVICE, () => unitOfWork.sql<R>(text, values)));
  }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}
