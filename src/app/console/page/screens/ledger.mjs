/** Every transfer between the accounts of one customer, and how a wrong one is undone: by its mirror, never by deleting it. */
import { act, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { orderKeys } from '../edits.mjs';
import { day, exactMoney, instant, words } from '../format.mjs';

/** What somebody may undo; the rest follows from what others do. */
const UNDONE = ['GRANT', 'BURN', 'CHARGE'];

/** @param like money of the currency of the plan. */
export function ledger({ api, id, like, mayReverse, reload }) {
  const place = h('div', { 'aria-live': 'polite' });
  const ask = async (after) => (await api.ask('CustomerLedger', { id, after })).customer.ledger;
  const show = async () => {
    // A mirror is younger than what it undoes, so it stands on an earlier page or on the same.
    const undone = new Set();
    place.replaceChildren(
      await pages(ask, (nodes) => {
        for (const { reversesId } of nodes) if (reversesId) undone.add(reversesId);
        return transfers({ nodes, undone, like, reverse: mayReverse && { api, id, reload } });
      }),
    );
  };
  place.append(act('Show every transfer', show));
  return panel('Ledger', place);
}

const transfers = ({ nodes, undone, like, reverse }) =>
  table(
    [
      ['When', ({ createdAt }) => instant(createdAt)],
      ['', ({ kind }) => pill(kind)],
      ['From', ({ debitAccount }) => words(debitAccount)],
      ['To', ({ creditAccount }) => words(creditAccount)],
      ['Amount', ({ amount, currency }) => amountOf(amount, currency, like), 'number'],
      ['For the period from', ({ periodStart }) => day(periodStart)],
      ['Why', ({ reason }) => reason ?? ''],
      [
        '',
        ({ id: transferId, kind }) => {
          if (undone.has(transferId)) return pill('undone', 'warn');
          return reverse && UNDONE.includes(kind) && reversing({ ...reverse, transferId });
        },
      ],
    ],
    nodes,
    'Nothing has moved yet.',
  );

/** An exact amount of minor units, in the units that people pay in where it is known how many make one. */
export const amountOf = (amount, currency, like) =>
  like?.formatted.endsWith(currency)
    ? exactMoney(amount, like)
    : `${amount} of the smallest unit of ${currency}`;

function reversing({ api, id, transferId, reload }) {
  const keyed = orderKeys();
  return unfold(
    'Undo it',
    form({
      action: 'Undo it by its mirror',
      fields: field('Why', { name: 'reason', required: true, maxlength: 500 }),
      submit: async ({ reason }) => {
        await api.act('LedgerReverse', keyed({ customerId: id, transferId, reason }));
        await reload();
      },
    }),
  );
}
