/** Answers the people who come by browser: checkout, invoice and portal, each a page and the form on it. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Checkouts } from '../checkout/checkout.service';
import { type Buyer, buyerIn } from '../checkout/buyer';
import { pagePath } from '../checkout/session-shape';
import type { TestCards } from '../payment/test-cards.service';
import { PLACE } from '../request/address';
import { Refusal } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, idOf, type Invoice } from '../store/wire';
import type { Subscriptions } from '../subscription/subscription.service';
import { checkoutPage, closedPage } from './checkout-page';
import { invoicePage } from './invoice-page';
import type { PortalDesk } from './portal-desk';

export type PageAnswer = { readonly html: string; readonly status: number } | { readonly redirect: string };

/** A form that was sent, or undefined when the page is only looked at. */
type Sent = URLSearchParams | undefined;

/** Runs work in one transaction, so that a payment that fails leaves nothing behind. */
export type Atomically = <T>(work: () => Promise<T>) => Promise<T>;

const INVOICE_ACTS = ['pay', 'authenticate', 'fail'];

export class PageDesk {
  constructor(
    private readonly store: ObjectStore,
    private readonly checkouts: Checkouts,
    private readonly cards: TestCards,
    private readonly time: SandboxTime,
    private readonly subscriptions: Subscriptions,
    private readonly portals: PortalDesk,
    private readonly atomically: Atomically,
  ) {}

  /** undefined when the path is no page. */
  async answer(path: string, sent: Sent, at: number): Promise<PageAnswer | undefined> {
    const [, kind, id] = /^\/(c\/pay|i|p\/session)\/([A-Za-z0-9_]+)$/.exec(path) ?? [];
    if (id === undefined) return undefined;
    try {
      if (kind === 'c/pay') return await this.checkout(id, sent, at);
      return kind === 'i' ? await this.invoice(id, sent, at) : await this.portal(id, sent, at);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { html: closedPage('This page leads nowhere', error.message), status: error.status };
    }
  }

  private async checkout(id: string, sent: Sent, at: number): Promise<PageAnswer> {
    const session = await this.atomically(() => this.store.get('checkout.session', id));
    if (session.status !== 'open') {
      const words =
        session.status === 'complete'
          ? 'It is paid. Thank you.'
          : 'It has expired. Ask for a new one where you came from.';
      return { html: closedPage(`This checkout is ${session.status}`, words), status: 410 };
    }
    if (sent?.get('act') === 'cancel' && session.cancel_url)
      return { redirect: leading(session, session.cancel_url) };
    const buyer = buyerIn(sent ?? new URLSearchParams());
    if (sent?.get('act') !== 'pay') return this.checkoutForm(session, buyer);
    try {
      const paid = await this.atomically(async () => {
        // Another press of the button may have come in between.
        const present = await this.store.get('checkout.session', id);
        return present.status === 'complete' ? present : this.checkouts.pay(id, cardIn(sent), at, buyer);
      });
      return { redirect: leading(paid, paid.success_url ?? `${PLACE}${pagePath(id)}`) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isCard = error.details.type === 'card_error';
      const next = isCard ? 'Choose another card and try again.' : 'Correct the form and try again.';
      return this.checkoutForm(session, buyer, `${error.message} ${next}`);
    }
  }

  private async checkoutForm(session: CheckoutSession, buyer: Buyer, failure?: string): Promise<PageAnswer> {
    const view = await this.atomically(async () => ({
      lines: await this.checkouts.linesOf(session),
      ...(await this.checkouts.quote(session, buyer)),
    }));
    const html = checkoutPage({ session, buyer, failure, ...view });
    return { html, status: failure === undefined ? 200 : 402 };
  }

  private async invoice(id: string, sent: Sent, realTime: number): Promise<PageAnswer> {
    const invoice = await this.atomically(() => this.store.get('invoice', id));
    const act = sent?.get('act') ?? '';
    if (!sent || invoice.status !== 'open' || !INVOICE_ACTS.includes(act)) return this.invoiceForm(invoice);
    try {
      const after = await this.atomically(async () => {
        // Another press of the button may have come in between.
        const present = await this.store.get('invoice', id);
        if (present.status !== 'open') return present;
        if (act === 'pay') return this.payInvoice(present, cardIn(sent), realTime);
        const at = await this.time.of(present, realTime);
        return this.subscriptions.authenticate(present, act === 'authenticate', at);
      });
      if (after.status === 'paid') return { redirect: `${PLACE}/i/${id}` };
      return await this.invoiceForm(after, 'It was not paid. Answer your bank, or choose another card.');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.invoiceForm(invoice, error.message);
    }
  }

  private async invoiceForm(invoice: Invoice, failure?: string): Promise<PageAnswer> {
    const challenged = await this.atomically(() => this.subscriptions.isChallenged(invoice));
    return { html: invoicePage({ invoice, challenged, failure }), status: failure === undefined ? 200 : 402 };
  }

  private async payInvoice(invoice: Invoice, token: string, realTime: number): Promise<Invoice> {
    const customer = await this.store.get('customer', idOf(invoice.customer) ?? '');
    const at = await this.time.of(customer, realTime);
    return this.subscriptions.collect(
      invoice,
      at,
      await this.cards.attach(token, customer, at, 'payment_method'),
    );
  }

  private async portal(id: string, sent: Sent, at: number): Promise<PageAnswer> {
    const { customer, return_url } = await this.atomically(() =>
      this.store.get('billing_portal.session', id),
    );
    let failure: string | undefined;
    try {
      if (sent) await this.atomically(() => this.portals.act(customer, sent, cardIn(sent), at));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failure = error.message;
    }
    if (sent && failure === undefined) return { redirect: `${PLACE}/p/session/${id}` };
    const html = await this.atomically(() => this.portals.page(customer, return_url, failure));
    return { html, status: failure === undefined ? 200 : 402 };
  }
}

function cardIn(sent: URLSearchParams): string {
  return `pm_card_${sent.get('card') ?? 'visa'}`;
}

/** The address to go on to, with the id of the session where it asks for it, in the letters that a header takes. */
function leading({ id }: CheckoutSession, url: string): string {
  return new URL(url.replaceAll('{CHECKOUT_SESSION_ID}', id)).href;
}
