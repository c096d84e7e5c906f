/** What usage may cost beside what is prepaid: a cap, how near it is, and the credits that are used first. */
import { act, choice, facts, field, form, h, panel, unfold } from '../dom.mjs';
import { minorOf, orderKeys, plainOf } from '../edits.mjs';
import { instant, money, words } from '../format.mjs';

const KINDS = [
  ['HARD', 'refuse requests that it cannot pay for'],
  ['SOFT', 'go on, and tell us'],
];

export async function spending({ api, viewer, reload }) {
  const { subscription, spending: spent, credits } = (await api.ask('MySubscription')).customer;
  const changes = viewer.permissions.includes('billing:update') && subscription;
  const like = subscription?.plan.price;
  return h(
    'div',
    { class: 'columns' },
    panel(
      'What usage may cost',
      facts(
        ['Owed for it so far', money(spent.owed)],
        ['At most, in a period', spent.cap ? money(spent.cap) : 'without limit'],
        ['Beyond it', spent.capKind && KINDS.find(([kind]) => kind === spent.capKind)[1]],
      ),
      spent.alerts.map(({ percent, subject, createdAt }) =>
        h(
          'p',
          null,
          `${percent} % of what is allowed were reached by ${words(subject)}, ${instant(createdAt)}.`,
        ),
      ),
      changes && unfold('Set a limit', capping({ api, like, spent, reload })),
    ),
    panel(
      'Credits',
      facts(['Left', money(credits.balance)]),
      h('p', { class: 'soft' }, 'They pay for usage before anything is owed, and never end.'),
      changes && unfold('Buy credits', buying({ api, like })),
    ),
  );
}

function capping({ api, like, spent, reload }) {
  const keyed = orderKeys();
  const set = async (order) => {
    await api.act('SpendCapSet', keyed(order));
    await reload();
  };
  return [
    form({
      action: 'Set it',
      fields: [
        field(`At most, in ${like.currency}`, {
          name: 'amount',
          required: true,
          inputmode: 'decimal',
          value: spent.cap ? plainOf(spent.cap) : '',
        }),
        field('At the limit', null, choice('kind', KINDS, spent.capKind)),
      ],
      submit: ({ amount, kind }) => set({ amountMinor: minorOf(amount, like), kind }),
    }),
    spent.cap &&
      h(
        'p',
        null,
        act('Lift it', () => set({ amountMinor: null })),
      ),
  ];
}

function buying({ api, like }) {
  const keyed = orderKeys();
  return form({
    action: 'Go and pay',
    loses: 'nothing',
    fields: field(`How much, in ${like.currency}`, { name: 'credits', required: true, inputmode: 'decimal' }),
    submit: async ({ credits }) => {
      const order = keyed({ amountMinor: minorOf(credits, like) });
      location.assign((await api.act('CreditCheckout', order)).checkoutUrl);
    },
  });
}
