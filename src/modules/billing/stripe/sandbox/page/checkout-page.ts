/** The page on which a person looks at a plan, chooses a test card, and pays or leaves. */
import { amountOf, amountText, priceText } from '../catalogue/price-rule';
import type { CheckoutLine } from '../checkout/checkout.service';
import { TEST_CARDS } from '../payment/test-card';
import type { CheckoutSession } from '../store/wire';
import { type Html, html } from './html';
import { alert, page } from './layout';

/** The cards that the pages offer: one that pays, and each way of failing. */
const OFFERED = [
  'visa',
  'mastercard',
  'chargeDeclined',
  'chargeDeclinedInsufficientFunds',
  'chargeCustomerFail',
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

export function checkoutPage(
  session: CheckoutSession,
  lines: readonly CheckoutLine[],
  failure?: string,
): string {
  const currency = session.currency ?? 'usd';
  const total = amountText(session.amount_total ?? 0, currency);
  const [first] = lines;
  const title = `Subscribe to ${first?.productName ?? 'a plan'}`;
  return page(
    title,
    html`<div class="card">
        <h1>${title}</h1>
        <p class="price">${total} <small>per ${first?.price.recurring?.interval ?? 'period'}</small></p>
        <dl>
          ${lines.map(
            ({ price, quantity, productName }) =>
              html`<div>
                <dt>${productName}, ${quantity} × ${priceText(price)}</dt>
                <dd>${amountText(amountOf(price, quantity), currency)}</dd>
              </div>`,
          )}
          <div class="total">
            <dt>Due today</dt>
            <dd>${total}</dd>
          </div>
        </dl>
        ${alert(failure)}
        <form method="post">
          ${cardChoice()} ${session.allow_promotion_codes ? codeField() : null}
          <button name="act" value="pay">Pay ${total}</button>
          ${session.cancel_url === null ? null : html`<button class="quiet" name="act" value="cancel">Cancel and go back</button>`}
        </form>
      </div>
      <footer>${session.customer_email ?? ''} Session ${session.id.slice(0, 20)}…</footer>`,
  );
}

function codeField(): Html {
  return html`<label class="field">Promotion code <input name="promotion_code" autocomplete="off" /></label>`;
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
