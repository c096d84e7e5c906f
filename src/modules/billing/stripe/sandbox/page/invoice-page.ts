/** The page of one invoice, on which an open one can be paid. */
import { amountText } from '../catalogue/price-rule';
import type { Invoice } from '../store/wire';
import { cardChoice } from './checkout-page';
import { type Html, html } from './html';
import { alert, page } from './layout';

export interface InvoiceView {
  readonly invoice: Invoice;
  /** The card that was tried asks whether it is really you. */
  readonly challenged: boolean;
  readonly failure?: string;
}

export function invoicePage({ invoice, challenged, failure }: InvoiceView): string {
  const amount = (minor: number): string => amountText(minor, invoice.currency);
  const title = `Invoice ${invoice.number ?? ''}`;
  return page(
    title,
    html`<div class="card">
      <h1>${title}</h1>
      <p class="price">${amount(invoice.amount_due)} <small>${invoice.status}</small></p>
      <dl>
        ${invoice.lines.data.map(
          ({ description, amount: line }) =>
            html`<div>
              <dt>${description}</dt>
              <dd>${amount(line)}</dd>
            </div>`,
        )}
        ${(invoice.total_taxes ?? []).map(
          ({ amount: tax, tax_behavior }) =>
            html`<div>
              <dt>${tax_behavior === 'inclusive' ? 'Tax, in the prices' : 'Tax'}</dt>
              <dd>${amount(tax)}</dd>
            </div>`,
        )}
        <div class="total">
          <dt>Total</dt>
          <dd>${amount(invoice.total)}</dd>
        </div>
      </dl>
      ${alert(failure)} ${challenged ? challenge() : null}
      ${
        invoice.status === 'open'
          ? html`<form method="post">
              ${cardChoice()}
              <button name="act" value="pay">Pay ${amount(invoice.amount_remaining)}</button>
            </form>`
          : null
      }
    </div>`,
  );
}

/** What a bank would ask: 3-D Secure, here two buttons. */
function challenge(): Html {
  return html`<form method="post">
    <p class="note">The card asks for 3-D Secure: your bank would now ask whether this payment is yours.</p>
    <button name="act" value="authenticate">Complete authentication</button>
    <button class="quiet" name="act" value="fail">Fail authentication</button>
  </form>`;
}
