/** The page of one invoice, on which an open one can be paid. */
import { amountText } from '../catalogue/price-rule';
import type { Invoice } from '../store/wire';
import { cardChoice } from './checkout-page';
import { html } from './html';
import { alert, page } from './layout';

export function invoicePage(invoice: Invoice, failure?: string): string {
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
        <div class="total">
          <dt>Total</dt>
          <dd>${amount(invoice.total)}</dd>
        </div>
      </dl>
      ${alert(failure)}
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
