/** The customer portal: what runs, when it ends, the card it is charged to, and the invoices so far. */
import { amountOf, amountText, priceText } from '../catalogue/price-rule';
import type { Invoice, PaymentMethod, Price, Subscription } from '../store/wire';
import type { Address } from '../tax/address-asked';
import { addressFields } from './address-fields';
import { cardChoice } from './checkout-page';
import { type Html, html } from './html';
import { alert, page } from './layout';

export interface PortalView {
  readonly subscriptions: readonly Subscription[];
  /** What can be changed to. */
  readonly offers: readonly Price[];
  readonly productNames: ReadonlyMap<string, string>;
  readonly invoices: readonly Invoice[];
  readonly card: PaymentMethod | null;
  readonly address: Address | null;
  readonly returnUrl: string | null;
  readonly failure?: string;
}

export function portalPage(view: PortalView): string {
  return page(
    'Your subscription',
    html`<div class="card">
        <h1>Your subscription</h1>
        ${alert(view.failure)}
        ${view.subscriptions.length === 0 ? html`<p>You have no subscription.</p>` : null}
        ${view.subscriptions.map((one) => subscriptionSection(one, view))}
        <form method="post">
          <p class="note">
            ${view.card?.card ? `Charged to ${view.card.card.brand} •••• ${view.card.card.last4}.` : 'No card is on file.'}
          </p>
          ${cardChoice()}
          <button name="act" value="card">Use this card from now on</button>
        </form>
        <form method="post">
          ${addressFields(view.address)}
          <button class="quiet" name="act" value="address">Save this address</button>
        </form>
        ${invoiceSection(view.invoices)}
      </div>
      ${view.returnUrl === null ? null : html`<footer><a href="${view.returnUrl}">Back</a></footer>`}`,
  );
}

function subscriptionSection(subscription: Subscription, { productNames: names, offers }: PortalView): Html {
  const item = subscription.items.data[0]!;
  const quantity = item.quantity ?? 1;
  const end = day(item.current_period_end);
  return html`<p class="price">
      ${amountText(amountOf(item.price, quantity), subscription.currency)}
      <small>${names.get(item.price.product as string) ?? 'Plan'}</small>
    </p>
    <dl>
      <div>
        <dt>Price</dt>
        <dd>${quantity} × ${priceText(item.price)}</dd>
      </div>
      <div>
        <dt>State</dt>
        <dd>${subscription.status}</dd>
      </div>
      <div>
        <dt>${subscription.cancel_at_period_end ? 'Ends on' : 'Renews on'}</dt>
        <dd>${end}</dd>
      </div>
    </dl>
    ${changeForm(subscription, offers, names)}
    <form method="post">
      <input type="hidden" name="subscription" value="${subscription.id}" />
      ${
        subscription.cancel_at_period_end
          ? html`<button name="act" value="resume">Keep the subscription</button>`
          : html`<button class="quiet" name="act" value="cancel">Cancel on ${end}</button>`
      }
    </form>`;
}

/** Another price or another number of seats; the difference is charged at once. */
function changeForm(
  { id, items }: Subscription,
  offers: readonly Price[],
  names: ReadonlyMap<string, string>,
): Html {
  const item = items.data[0]!;
  return html`<form method="post">
    <input type="hidden" name="subscription" value="${id}" />
    <label class="field"
      >Plan
      <select name="price">
        ${offers.map(
          (price) =>
            html`<option value="${price.id}" ${price.id === item.price.id ? html`selected` : null}>
              ${names.get(price.product as string) ?? 'Plan'}, ${priceText(price)}
            </option>`,
        )}
      </select></label
    >
    <label class="field"
      >Quantity <input type="number" name="quantity" min="1" value="${item.quantity ?? 1}"
    /></label>
    <button name="act" value="change">Change now</button>
  </form>`;
}

function invoiceSection(invoices: readonly Invoice[]): Html | null {
  if (invoices.length === 0) return null;
  return html`<dl>
    ${invoices.map(
      ({ number, hosted_invoice_url: link, total, currency, status }) =>
        html`<div>
          <dt>${link ? html`<a href="${link}">${number}</a>` : 'Draft'} ${status}</dt>
          <dd>${amountText(total, currency)}</dd>
        </div>`,
    )}
  </dl>`;
}

function day(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(seconds * 1000),
  );
}
