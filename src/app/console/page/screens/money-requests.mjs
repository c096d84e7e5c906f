/** Money for customers that waits for a second person: who asked takes it back, somebody else decides. */
import { act, everyPage, field, form, h, panel, table, unfold } from '../dom.mjs';
import { instant, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';

/** Nothing where nothing waits: most operators ask nobody. */
export async function moneyRequests({ api, viewer, reload }) {
  const waiting = await everyPage(async (after) => (await api.ask('MoneyRequests', { after })).moneyRequests);
  if (waiting.length === 0) return null;
  const names = await namesOf(
    api,
    waiting.map(({ by }) => by),
  );
  const decided = async (name, id, input) => {
    await api.act(name, { id, ...input });
    await reload();
  };
  return panel(
    'Waits for a second person',
    h('p', { class: 'soft' }, 'Above the limit nobody gives money alone. What is approved is given at once.'),
    table(
      [
        ['Asked', ({ createdAt }) => instant(createdAt)],
        ['By', ({ by }) => who(names, by)],
        ['For', ({ customer }) => customer && h('a', { href: `#/customers/${customer.id}` }, customer.name)],
        ['As', ({ kind, invoice }) => (invoice ? `refund of ${invoice.number ?? invoice.id}` : words(kind))],
        ['Why', ({ reason }) => reason],
        ['Amount', ({ amount }) => amount.formatted, 'number'],
        ['', ({ id, by }) => deciding(id, by === viewer.staff?.id, decided)],
      ],
      waiting,
      '',
    ),
  );
}

function deciding(id, isOwn, decided) {
  if (isOwn) return act('Take it back', () => decided('MoneyRequestWithdraw', id));
  return [
    act('Approve', () => decided('MoneyRequestApprove', id), { class: 'main' }),
    unfold(
      'Reject',
      form({
        action: 'Reject it',
        fields: field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
        submit: (input) => decided('MoneyRequestReject', id, input),
      }),
    ),
  ];
}
