/** How an account ends: what closing it does, the way back for as long as there is one, and for staff what became of the data. */
import { act, choice, facts, field, form, h, panel, pill, table, unfold } from '../dom.mjs';
import { tick } from '../edits.mjs';
import { day, instant, number, words } from '../format.mjs';
import { REASONS } from './subscription.mjs';

/** For its owners. */
export function closing({ api, customer, reload }) {
  return unfold(
    'Close this account',
    h('p', null, 'At once, and for everybody in it:'),
    h(
      'ul',
      null,
      [
        'API keys, client keys, tokens of your users, webhooks and predictions stop.',
        'A paid plan ends, with a last invoice of what was used. What is paid for and not used is not given back, and an open invoice stays owed.',
        'For thirty days you can sign in, take your data out, and open the account again: your keys then work as before.',
        'After that the data are deleted for good. You are written what was deleted, and what the law keeps.',
      ].map((line) => h('li', null, line)),
    ),
    form({
      action: 'Close it',
      fields: [
        field(`To say that you mean it, write its name: ${customer.name}`, {
          name: 'name',
          required: true,
          autocomplete: 'off',
        }),
        field('Why', null, choice('reason', [...REASONS.slice(1)])),
        field(
          'In your words, if you like',
          null,
          h('textarea', { name: 'detail', maxlength: 2000, rows: 3 }),
        ),
        tick('forfeitCredits', 'Credits that we paid for and have not used may be lost', false),
      ],
      submit: async ({ name, reason, detail, forfeitCredits }) => {
        const input = {
          name,
          reason,
          detail: detail.trim() || null,
          forfeitCredits: Boolean(forfeitCredits),
        };
        await api.act('CustomerClose', input);
        await reload();
      },
    }),
  );
}

/** On every page of an account that is closed; null elsewhere. */
export function closedBanner({ api, viewer, reload }) {
  const { customer } = viewer;
  if (!customer?.eraseAfter) return null;
  const reopen = async () => {
    await api.act('CustomerReopen', { customerId: customer.id });
    await reload();
  };
  return h(
    'section',
    { class: 'panel closed', 'aria-label': 'This account is closed' },
    h('p', null, h('b', null, 'This account is closed')),
    h(
      'p',
      null,
      `Nothing runs any more. Until ${instant(customer.eraseAfter)} you can read everything and take your data out; then they are deleted for good.`,
    ),
    viewer.permissions.includes('customer:close')
      ? act('Reopen', reopen, { class: 'main' })
      : h('p', { class: 'soft' }, 'An owner can open it again.'),
  );
}

/** Null for a customer that is open. */
export const closedPill = ({ eraseAfter, erasedAt }) =>
  eraseAfter ? pill(erasedAt ? 'deleted' : 'closing', erasedAt ? 'bad' : 'warn') : null;

/** For staff: that it was closed, why, and the certificate once its data are gone. */
export function closurePanel(closure) {
  const { closedAt, reason, detail, eraseAfter, erasedAt, outcome } = closure;
  const had = outcome.filter(({ rows }) => rows > 0);
  return panel(
    ['Closed ', closedPill(closure)],
    facts(
      ['Closed', instant(closedAt)],
      ['Why', words(reason)],
      ['In their words', detail],
      [erasedAt ? 'Could come back until' : 'Data are deleted after', day(eraseAfter)],
      ['Data deleted', erasedAt && instant(erasedAt)],
    ),
    outcome.length > 0 &&
      unfold(
        'Certificate: what was deleted, and what is kept',
        table(
          [
            ['Table', ({ table: name }) => h('code', null, name)],
            ['What it holds', ({ holds }) => holds],
            ['', ({ action }) => pill(action, action === 'ERASED' ? 'good' : undefined)],
            ['Rows', ({ rows }) => number(rows), 'number'],
            ['Kept', ({ kept }) => kept ?? 'nothing'],
          ],
          had,
        ),
        h('p', { class: 'soft' }, `In ${number(outcome.length - had.length)} other tables it had nothing.`),
      ),
  );
}
