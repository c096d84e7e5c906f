/**
 * A Stripe-compatible server of our own, for the demo and for tests: it stands where Stripe would stand, is driven by
 * the real `stripe` client, keeps its state in the database, and is plainly labelled as not Stripe. Like the stranger
 * that it plays it has connections of its own: a caller that waits for it inside a transaction cannot starve it.
 */
import type { Clock } from '../../../../kernel/clock';
import type { Crypto } from '../../../../platform/crypto';
import { createDataSource, type Database, SERVICE, UnitOfWork } from '../../../../platform/database';
import type { Log } from '../../../../platform/log';
import { SandboxTime } from './calendar/sandbox-time';
import { TestClockOperations } from './calendar/test-clock-operations';
import { Timekeeper } from './calendar/timekeeper';
import { CatalogueOperations } from './catalogue/catalogue-operations';
import { CouponOperations } from './catalogue/coupon-operations';
import { Discounts } from './catalogue/discount.service';
import { Buyers } from './checkout/buyers.service';
import { CheckoutRequests } from './checkout/checkout-request';
import { OneTimePayments } from './checkout/one-time.service';
import { CheckoutOperations } from './checkout/checkout-operations';
import { Checkouts } from './checkout/checkout.service';
import { CustomerOperations } from './customer/customer-operations';
import { BalanceBook } from './credit/balance-book.service';
import { BalanceOperations } from './credit/balance-operations';
import { CreditGrantOperations } from './credit/credit-grant-operations';
import { CreditGrants } from './credit/credit-grant.service';
import { CreditNoteOperations } from './credit/credit-note-operations';
import { EventLog } from './event/event-log';
import { eventOperations } from './event/event-operations';
import { WebhookDeliveryService } from './event/webhook-delivery.service';
import { Debits } from './invoice/debits.service';
import { FinalLines } from './invoice/final-lines.service';
import { InvoiceDiscounts } from './invoice/invoice-discounts.service';
import { InvoiceDesk } from './invoice/invoice-desk.service';
import { InvoiceItemOperations } from './invoice/invoice-item-operations';
import { InvoiceOperations } from './invoice/invoice-operations';
import { InvoicePreviews } from './invoice/invoice-preview-operations';
import { Invoices } from './invoice/invoice.service';
import { WaitingItems } from './invoice/waiting-items.service';
import { MeterOperations } from './meter/meter-operations';
import { MeterReadings } from './meter/meter-readings';
import { PageDesk } from './page/page-desk';
import { PortalDesk } from './page/portal-desk';
import { paymentOperations } from './payment/payment-method-operations';
import { DisputeOperations } from './payment/dispute-operations';
import { Disputes } from './payment/dispute.service';
import { RefundOperations } from './payment/refund-operations';
import { Refunds } from './payment/refund.service';
import { TestCards } from './payment/test-cards.service';
import { Till } from './payment/till';
import { withAddress } from './request/address';
import { ApiDesk } from './request/api-desk';
import type { Operation } from './request/call';
import { Expansion } from './request/expansion';
import { FaultDesk } from './request/fault-desk';
import { Faults } from './request/faults';
import { FaultyLine } from './request/faulty-line';
import { IdempotencyKeys } from './request/idempotency';
import { type PageResponse, SandboxServer } from './sandbox-server';
import { ObjectStore } from './store/object-store';
import { TaxIds } from './tax/tax-ids.service';
import { TaxOperations } from './tax/tax-operations';
import { Taxes } from './tax/taxes.service';
import { SubscriptionBeginnings } from './subscription/subscription-beginning.service';
import { Pauses } from './subscription/pause.service';
import { Renewals } from './subscription/renewal.service';
import { RenewalReminders } from './subscription/renewal-reminders.service';
import { ScheduleOperations } from './subscription/schedule-operations';
import { Schedules } from './subscription/schedule.service';
import { AddedItems } from './subscription/added-items.service';
import { NO_CHANGE, SubscriptionChanges } from './subscription/subscription-change.service';
import { SubscriptionItemOperations } from './subscription/subscription-item-operations';
import { SubscriptionOperations } from './subscription/subscription-operations';
import { SubscriptionOrders } from './subscription/subscription-order';
import { type AfterLastTry, Subscriptions } from './subscription/subscription.service';
import { TrialReminders } from './subscription/trial-reminders.service';

export interface StripeSandboxSettings {
  readonly database: Pick<Database, 'url'>;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  /** Where events are brought; undefined while nobody listens. */
  readonly webhookUrl: () => string | undefined;
  readonly webhookSecret: string;
  /** Secrets that are being replaced: every event is signed with them too. */
  readonly olderWebhookSecrets?: readonly string[];
  /** What becomes of a subscription that nobody pays for after the last try. Default: it ends. */
  readonly afterLastTry?: AfterLastTry;
  /** Under which URL browsers reach the pages, where whoever serves them asks `page`; default: the sandbox's own address. */
  readonly pageAddress?: () => string | undefined;
}

export interface StripeSandbox {
  /** What it can be asked for: `POST /v1/customers`. Everything else is refused. */
  readonly operations: readonly string[];
  /** The key that the client must use: the same after a restart. */
  readonly apiKey: string;
  start(): Promise<{ host: string; port: number }>;
  stop(): Promise<void>;
  /** Answers a browser that comes to `path` by another way than the sandbox's own port; undefined when it is no page. */
  page(path: string, form: string | undefined): Promise<PageResponse | undefined>;
  /** Lets happen what has fallen due by the clock; it does so by itself every few seconds and at every request. */
  tick(): Promise<void>;
  /** Holding back, bringing late, twice or out of order: for tests of whoever listens. */
  readonly webhooks: Pick<
    WebhookDeliveryService,
    'hold' | 'release' | 'flush' | 'pending' | 'deliver' | 'scatter'
  >;
  /** A bad day of Stripe's, on demand: for tests of whoever asks. */
  readonly faults: Faults;
}

const CONNECTIONS = 3;
const TICK_MS = 5000;
const KEY_LENGTH = 24;

export function createStripeSandbox(settings: StripeSandboxSettings): StripeSandbox {
  const { clock, crypto, log } = settings;
  const source = createDataSource({
    url: settings.database.url,
    entities: [],
    pool: CONNECTIONS,
    role: 'OWNER',
  });
  const unitOfWork = new UnitOfWork(source, source);
  const atomically = <T>(work: () => Promise<T>): Promise<T> => unitOfWork.run(SERVICE, work);
  const apiKey = `sk_test_sandbox_${crypto.mac('stripe-sandbox', 'api-key').replace(/\W/g, '').slice(0, KEY_LENGTH)}`;
  const seconds = (): number => Math.floor(clock.millis() / 1000);

  const store = new ObjectStore(unitOfWork);
  const events = new EventLog(unitOfWork, store);
  const time = new SandboxTime(store);
  const cards = new TestCards(store, events);
  const balance = new BalanceBook(store);
  const refunds = new Refunds(store, events);
  const grants = new CreditGrants(store);
  const waiting = new WaitingItems(store, events);
  const meters = new MeterReadings(unitOfWork, store);
  const taxes = new Taxes(store);
  const taxIds = new TaxIds(store, events);
  const finalLines = new FinalLines(store, meters, grants, taxes);
  const disputes = new Disputes(store, events);
  const till = new Till(store, events, disputes);
  const debits = new Debits(store, waiting);
  const invoiceDiscounts = new InvoiceDiscounts(store, events, debits);
  const invoices = new Invoices(store, events, till, balance, finalLines, taxes, invoiceDiscounts);
  const discounts = new Discounts(store, events);
  const reminders = new TrialReminders(store, events);
  const afterLastTry = settings.afterLastTry ?? 'CANCEL';
  const renewalReminders = new RenewalReminders(store, events);
  const subscriptions = new Subscriptions(store, events, invoices, afterLastTry, reminders, renewalReminders);
  const added = new AddedItems(store, waiting);
  const renewals = new Renewals(events, invoices, invoiceDiscounts, waiting, subscriptions, meters, debits);
  const beginnings = new SubscriptionBeginnings(
    store,
    events,
    invoices,
    invoiceDiscounts,
    discounts,
    subscriptions,
    reminders,
    renewalReminders,
    waiting,
    added,
    renewals,
  );
  const changes = new SubscriptionChanges(
    store,
    invoices,
    invoiceDiscounts,
    waiting,
    subscriptions,
    renewals,
  );
  const schedules = new Schedules(store, events, beginnings, subscriptions, changes, discounts);
  const pauses = new Pauses(store, events, invoices, invoiceDiscounts, subscriptions);
  const catalogue = new CatalogueOperations(store, events);
  const orders = new SubscriptionOrders(store, time, discounts, taxes, added, catalogue);
  const desk = new InvoiceDesk(store, invoices, invoiceDiscounts, waiting, taxes);
  const buyers = new Buyers(store, events, taxes, taxIds);
  const oneTime = new OneTimePayments(store, events, till, invoices, discounts);
  const checkouts = new Checkouts(store, events, time, cards, beginnings, discounts, buyers, oneTime);
  const checkoutRequests = new CheckoutRequests(store, catalogue, discounts);
  const portals = new PortalDesk(store, cards, time, subscriptions, changes);
  const timekeeper = new Timekeeper(
    store,
    renewals,
    invoices,
    subscriptions,
    checkouts,
    schedules,
    reminders,
    renewalReminders,
    async (subscription, at) => taxes.applied(await changes.preview(subscription, NO_CHANGE, at)),
  );
  const operations: Operation[] = [
    ...new CustomerOperations(store, events, time, cards, subscriptions, balance, taxes, taxIds).list(),
    ...new TaxOperations(store, events, time, taxIds).list(),
    ...new BalanceOperations(store, time, balance).list(),
    ...catalogue.list(),
    ...new CouponOperations(store, events).list(),
    ...paymentOperations(store, cards, time, subscriptions),
    ...new RefundOperations(store, time, refunds).list(),
    ...new DisputeOperations(store, time, disputes).list(),
    ...new CheckoutOperations(store, checkouts, checkoutRequests).list(),
    ...new SubscriptionOperations({
      store,
      time,
      subscriptions,
      beginnings,
      orders,
      changes,
      discounts,
      pauses,
    }).list(),
    ...new InvoicePreviews(store, time, discounts, orders, beginnings, changes, taxes).list(),
    ...new SubscriptionItemOperations(store, time, orders, changes).list(),
    ...new ScheduleOperations(store, events, time, subscriptions, schedules, discounts).list(),
    ...new InvoiceOperations(store, time, invoices, desk, subscriptions, taxes, events, discounts).list(),
    ...new InvoiceItemOperations(store, events, time, desk, discounts).list(),
    ...new CreditNoteOperations({ store, events, time, balance, refunds, invoices, subscriptions }).list(),
    ...new CreditGrantOperations(store, events, time, grants).list(),
    ...new MeterOperations(store, time, meters).list(),
    ...new TestClockOperations(store, events, timekeeper).list(),
    ...eventOperations(store),
  ];

  const webhooks: WebhookDeliveryService = new WebhookDeliveryService({
    unitOfWork,
    clock,
    log,
    url: settings.webhookUrl,
    secrets: [settings.webhookSecret, ...(settings.olderWebhookSecrets ?? [])],
    withAddress: (body) => withAddress(body, server.pageAddress),
  });
  const catchUp = async (): Promise<void> => {
    if (!(await store.firstDue(null, seconds()))) return;
    await atomically(async () => {
      await store.lock();
      await timekeeper.advance(null, seconds());
    });
    webhooks.kick();
  };
  const faults = new Faults();
  const api = new ApiDesk({
    apiKey,
    operations,
    store,
    keys: new IdempotencyKeys(unitOfWork),
    expansion: new Expansion(store, checkouts),
    events,
    atomically,
  });
  const server: SandboxServer = new SandboxServer({
    api: new FaultyLine(api, faults),
    faults: new FaultDesk(faults, apiKey),
    pages: new PageDesk(store, checkouts, cards, time, subscriptions, portals, async (work) =>
      atomically(async () => {
        await store.lock();
        return work();
      }),
    ),
    log,
    seconds,
    pageAddress: settings.pageAddress ?? (() => undefined),
    before: catchUp,
    after: () => webhooks.kick(),
  });

  let timer: NodeJS.Timeout | undefined;
  const tick = async (): Promise<void> => {
    await catchUp();
    webhooks.kick();
  };
  return {
    operations: operations.map(({ method, path }) => `${method} ${path}`),
    apiKey,
    webhooks,
    faults,
    tick,
    page: (path, form) => server.page(path, form),
    start: async () => {
      await source.initialize();
      const address = await server.listen();
      timer = setInterval(() => {
        tick().catch((error: unknown) => log.error({ error }, 'the sandbox could not catch up'));
      }, TICK_MS).unref();
      return address;
    },
    stop: async () => {
      clearInterval(timer);
      await server.close();
      await webhooks.stop();
      if (source.isInitialized) await source.destroy();
    },
  };
}
