/** What staff do about one customer's money: grant credits, give back what was paid, and see to what Stripe did not take. */
import { act, choice, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { minorOf, orderKeys, plainOf } from '../edits.mjs';
import { day, exactMoney, money, number, words } from '../format.mjs';
import { amountOf, ledger } from './ledger.mjs';

const MOODS = { PAID: 'good', OPEN: 'warn', UNCOLLECTIBLE: 'bad' };

export async function customerMoney({ api, id, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const ask = async (after) => (await api.ask('CustomerMoney', { id, after })).customer;
  const first = await ask(null);
  const invoices = await pages(
    async (after) => (after ? await ask(after) : first).invoices,
    (nodes) =>
      table(
        [
          [
            'Invoice',
            ({ number: no, hostedUrl }) =>
              hostedUrl
                ? h('a', { href: hostedUrl, target: '_blank', rel: 'noopener' }, no ?? 'draft')
                : (no ?? 'draft'),
          ],
          ['Of', ({ period }) => `${day(period.from)} – ${day(period.to)}`],
          ['', ({ status, disputes }) => [pill(status, MOODS[status]), disputes.map(dispute)]],
          ['Total', ({ total }) => money(total), 'number'],
          ['Paid', ({ amountPaid }) => money(amountPaid), 'number'],
          ['Given back', givenBack, 'number'],
          [
            '',
            (invoice) => may('invoice:refund') && isRefundable(invoice) && refund({ api, invoice, reload }),
          ],
        ],
        nodes,
        'No invoice yet.',
      ),
  );
  const { credits, subscription, unreturnedCharges } = first;
  return [
    panel(
      'Credits',
      facts(['Left', money(credits.balance)]),
      table(
        [
          ['Granted', ({ createdAt }) => day(createdAt)],
          ['Why', ({ reason }) => reason],
          ['', ({ source }) => pill(source)],
          ['Amount', ({ amount }) => money(amount), 'number'],
          ['Left', ({ remaining, amount }) => exactMoney(remaining, amount), 'number'],
          ['Ends', ({ expiresAt }) => (expiresAt ? day(expiresAt) : 'never')],
        ],
        credits.grants.nodes,
        'None was granted.',
      ),
      may('credit:grant') && subscription && grant({ api, id, like: subscription.plan.price, reload }),
    ),
    unreturnedCharges.length > 0 && unreturned(unreturnedCharges, credits.balance),
    panel('Invoices', invoices, may('billing:reconcile') && withStripe({ api, id })),
    ledger({ api, id, like: credits.balance, mayReverse: may('credit:grant'), reload }),
  ];
}

const unreturned = (charges, like) =>
  panel(
    'Reversed and not returned yet',
    table(
      [
        ['Used', ({ period }) => `${day(period.from)} – ${day(period.to)}`],
        ['', ({ returned }) => pill(returned, returned === 'BY_REFUND' ? 'warn' : undefined)],
        ['Left', ({ amount, currency }) => amountOf(amount, currency, like), 'number'],
      ],
      charges,
      '',
    ),
  );

/** What Stripe still takes back from: of a payment that the bank has called back nothing is. */
const isRefundable = ({ amountPaid, refunded, disputes }) =>
  BigInt(amountPaid.amountMinor) > BigInt(refunded.amountMinor) &&
  disputes.every(({ withdrawn }) => withdrawn.amountMinor === '0');

const DISPUTE_MOODS = { INQUIRY: 'warn', OPEN: 'bad', LOST: 'bad', WON: 'good' };

const dispute = ({ state, amount, withdrawn, reason, respondBy }) =>
  h(
    'div',
    { title: `${words(reason)}, withdrawn: ${money(withdrawn)}` },
    pill(`dispute ${state}`, DISPUTE_MOODS[state]),
    ` ${money(amount)}`,
    respondBy && `, to answer at Stripe by ${day(respondBy)}`,
  );

const givenBack = ({ refunded, refunds }) =>
  refunds.length > 0
    ? h(
        'span',
        {
          title: refunds.map((one) => `${one.number}: ${money(one.amount)}, ${one.reason ?? ''}`).join('\n'),
        },
        money(refunded),
      )
    : '–';

/** Above the limit nobody gives money alone. */
async function given({ request }, reload) {
  if (request) location.hash = '#/books';
  else await reload();
}

function grant({ api, id, like, reload }) {
  const keyed = orderKeys();
  return unfold(
    'Grant credits',
    form({
      action: 'Grant them',
      fields: [
        field(`How much, in ${like.currency}`, { name: 'amount', required: true, inputmode: 'decimal' }),
        field('Why, for the customer to read', { name: 'reason', required: true, maxlength: 500 }),
        field('Until the end of, empty for ever', { name: 'until', type: 'date' }),
        field(
          'They were',
          null,
          choice('source', [
            ['PROMOTIONAL', 'given'],
            ['PURCHASED', 'paid for'],
          ]),
        ),
      ],
      submit: async ({ amount, reason, until, source }) => {
        const expiresAt = until
          ? new Date(Date.parse(`${until}T00:00:00Z`) + 86_400_000).toISOString()
          : null;
        const order = {
          customerId: id,
          amountMinor: minorOf(amount, like),
          currency: like.currency,
          reason,
          source,
          expiresAt,
        };
        return given(await api.act('CreditGrant', keyed(order)), reload);
      },
    }),
  );
}

function refund({ api, invoice, reload }) {
  const keyed = orderKeys();
  return unfold(
    'Give back',
    form({
      action: 'Give it back',
      fields: [
        field(`How much, empty for all that is left of ${plainOf(invoice.amountPaid)}`, {
          name: 'amount',
          inputmode: 'decimal',
        }),
        field('Why, as the credit note says it', { name: 'reason', required: true, maxlength: 200 }),
      ],
      submit: async ({ amount, reason }) => {
        const order = {
          invoiceId: invoice.id,
          reason,
          ...(amount && { amountMinor: minorOf(amount, invoice.amountPaid) }),
        };
        return given(await api.act('InvoiceRefund', keyed(order)), reload);
      },
    }),
  );
}

function withStripe({ api, id }) {
  const told = h('span', { class: 'soft', role: 'status' });
  const compare = async () => {
    await api.act('BillingReconcile', { customerId: id });
    told.replaceChildren('It runs: ', h('a', { href: '#/books' }, 'what it finds stands in the books.'));
  };
  const retry = async () => {
    const { retried } = await api.act('MeterEventsRetry', { customerId: id });
    told.textContent = `Handed over once more: ${words(number(retried))}.`;
  };
  return h(
    'div',
    { class: 'row' },
    act('Compare with Stripe', compare),
    act('Hand over refused usage again', retry),
    told,
  );
}
