/** The page on which a person looks at a plan, chooses a test card, and pays or leaves. */
import { amountText, isMetered, priceText } from '../catalogue/price-rule';
import type { Buyer } from '../checkout/buyer';
import type { CheckoutLine } from '../checkout/checkout.service';
import type { Quote } from '../checkout/quote';
import { TEST_CARDS } from '../payment/test-card';
import type { CheckoutSession } from '../store/wire';
import { addressFields } from './address-fields';
import { type Html, html } from './html';
import { alert, page } from './layout';

/** The cards that the pages offer: one that pays, each way of failing, and what a bank calls back or asks about. */
const OFFERED = [
  'visa',
  'mastercard',
  'chargeDeclined',
  'chargeDeclinedInsufficientFunds',
  'chargeCustomerFail',
  'createDispute',
  'createDisputeInquiry',
];

export function cardChoice(): Html {
  const cards = TEST_CARDS.filter(({ name }) => OFFERED.includes(name));
  return html`<fieldset>
    <legend>Test card</legend>
    ${cards.map(
      ({ name, label, number }, place) =>
        html`<label class="choice">
          <input type="radio" name="card" value="${name}" ${place === 0 ? html`checked` : null} />
          <span>${label}</span><code>•••• ${number.slice(-4)}</code>
        </label>`,
    )}
  </fieldset>`;
}

export interface CheckoutView {
  readonly session: CheckoutSession;
  readonly lines: readonly CheckoutLine[];
  readonly quote: Quote;
  readonly buyer: Buyer;
  readonly asksAddress: boolean;
  /** Nothing is due before they are over; null without a trial. */
  readonly trialDays: number | null;
  readonly failure?: string;
}

/** Title and button by what the session is for. */
const WORDS: Readonly<Record<string, { readonly title: string; readonly button: string }>> = {
  payment: { title: 'Pay for', button: 'Pay' },
  setup: { title: 'Save a card', button: 'Save this card' },
  subscription: { title: 'Subscribe to', button: 'Pay' },
};

export function checkoutPage(view: CheckoutView): string {
  const { session, lines, quote, buyer, failure } = view;
  const isSetup = session.mode === 'setup';
  const isTrial = view.trialDays !== null;
  const total = amountText(quote.total, session.currency ?? 'usd');
  const words = WORDS[session.mode]!;
  const title = isSetup ? words.title : `${words.title} ${lines[0]?.productName ?? 'a plan'}`;
  const button = isSetup ? words.button : isTrial ? 'Start the trial' : `${words.button} ${total}`;
  const code = session.allow_promotion_codes ? codeField(buyer.promotionCode) : null;
  return page(
    title,
    html`<div class="card">
        <h1>${title}</h1>
        ${isSetup ? null : orderSection(view, total)} ${alert(failure)}
        <form method="post">
          ${view.asksAddress ? addressFields(buyer.address) : null}
          ${view.asksAddress && session.automatic_tax.enabled ? quoteButton() : null}
          ${session.tax_id_collection?.enabled ? businessFields(buyer) : null} ${cardChoice()} ${code}
          <button name="act" value="pay">${button}</button>
          ${session.cancel_url === null ? null : html`<button class="quiet" name="act" value="cancel">Cancel and go back</button>`}
        </form>
      </div>
      <footer>${session.customer_email ?? ''} Session ${session.id.slice(0, 20)}…</footer>`,
  );
}

function orderSection({ session, lines, quote, trialDays }: CheckoutView, total: string): Html {
  const amount = (minor: number): string => amountText(minor, session.currency ?? 'usd');
  const interval = lines[0]?.price.recurring?.interval;
  const isUnplaced = session.automatic_tax.enabled && quote.tax === 0;
  const price =
    trialDays === null
      ? html`${total} ${interval ? html`<small>per ${interval}</small>` : null}`
      : html`Free for ${trialDays} ${trialDays === 1 ? 'day' : 'days'}
          <small>then ${total} per ${interval}</small>`;
  return html`<p class="price">${price}</p>
    <dl>
      ${lines.map((line) => row(`${line.productName}, ${termsOf(line)}`, amount(line.amount)))}
      ${quote.discount === 0 ? null : row('Discount', `−${amount(quote.discount)}`)}
      ${session.automatic_tax.enabled ? row('Tax', isUnplaced ? 'by where you are' : amount(quote.tax)) : null}
      <div class="total">
        <dt>Due today</dt>
        <dd>${trialDays === null ? total : amount(0)}</dd>
      </div>
    </dl>`;
}

function row(term: string, value: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;
}

function businessFields({ taxId, businessName }: Buyer): Html {
  return html`<label class="field">Business <input name="business_name" value="${businessName}" /></label>
    <label class="field">Tax ID <input name="tax_id" value="${taxId}" autocomplete="off" /></label>`;
}

/** Taxes are shown before anything is paid. */
function quoteButton(): Html {
  return html`<button class="quiet" name="act" value="quote">Show the tax</button>`;
}

function codeField(typed: string): Html {
  return html`<label class="field"
    >Promotion code <input name="promotion_code" value="${typed}" autocomplete="off"
  /></label>`;
}

/** A session that is paid, left or out of time, or that never was. */
export function closedPage(title: string, message: string): string {
  return page(
    title,
    html`<div class="card">
      <h1>${title}</h1>
      <p>${message}</p>
    </div>`,
  );
}

/** Nothing is due for usage before there is any. */
function termsOf({ price, quantity }: CheckoutLine): string {
  return isMetered(price) ? 'by what is used' : `${quantity} × ${priceText(price)}`;
}
