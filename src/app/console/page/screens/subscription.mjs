/** How a paid plan is changed, ended and kept: what it would cost comes first, to the cent, and what is planned can be taken back. */
import { act, choice, facts, field, form, h, panel, pill, table, unfold } from '../dom.mjs';
import { lookedAt, orderKeys, tick } from '../edits.mjs';
import { day, instant, money, words } from '../format.mjs';

const MOODS = { ACTIVE: 'good', TRIALING: 'good', PAST_DUE: 'warn', UNPAID: 'bad' };
/** Why somebody leaves; the first says nothing. */
export const REASONS = [
  ['', 'I would rather not say'],
  ['PRICE', 'It costs too much'],
  ['MISSING_FEATURE', 'It lacks something'],
  ['QUALITY', 'Its answers are not good or fast enough'],
  ['SUPPORT', 'Help was not good enough'],
  ['COMPETITOR', 'We chose another product'],
  ['NO_NEED', 'We no longer need it'],
  ['OTHER', 'Something else'],
];

/** The plan that is paid for. @param then what is done once it was changed. */
export function presentPlan({ api, subscription, manage, then }) {
  const { plan, status, quantity, currentPeriodEnd, cancelAt, trialEndsAt, plannedChange } = subscription;
  const inTrial = status === 'TRIALING' && trialEndsAt;
  const keyed = orderKeys();
  const keep = async () => {
    await api.act('SubscriptionResume', keyed({}));
    await then();
  };
  return panel(
    ['Your subscription ', pill(words(status), MOODS[status])],
    facts(
      ['Plan', plan.name],
      ['Seats', quantity],
      ['Price', `${money(plan.price)} a ${plan.interval.toLowerCase()} and seat`],
      // Stripe keeps the end of a trial that is over.
      [
        'Trial until',
        inTrial && `${day(trialEndsAt)}; usage costs nothing until then, up to the plan’s limit`,
      ],
      [cancelAt ? 'Ends' : 'Next period begins', day(cancelAt ?? currentPeriodEnd)],
    ),
    plannedChange &&
      h(
        'p',
        null,
        `From ${day(plannedChange.at)} on it is ${plannedChange.plan.name}, with ${seats(plannedChange.quantity)}.`,
      ),
    (cancelAt || plannedChange) && h('p', null, act('Keep it as it is', keep, { class: 'main' })),
    unfold('Another number of seats', changing({ api, subscription, plan, then })),
    !cancelAt && unfold('End the subscription', ending({ api, currentPeriodEnd, then })),
    h('p', null, act('Card and invoices', manage)),
  );
}

const seats = (count) => (count === 1 ? 'one seat' : `${count} seats`);

/** The way to another plan, or to another number of seats of the same. */
export function changing({ api, subscription, plan, then }) {
  const keyed = orderKeys();
  const unpaid = h('p', { role: 'alert' });
  const send = async (order) => {
    unpaid.replaceChildren();
    try {
      await api.act('SubscriptionChange', keyed(order));
    } catch (error) {
      if (error.checkoutUrl) unpaid.replaceChildren(h('a', { href: error.checkoutUrl }, 'Pay it there'));
      throw error;
    }
    await then();
  };
  return [
    lookedAt({
      look: 'What would it cost?',
      loses: 'nothing',
      action: plan.code === subscription.plan.code ? 'Change the seats' : `Change to ${plan.name}`,
      fields: [
        field('Seats', {
          name: 'seats',
          type: 'number',
          min: 1,
          required: true,
          value: subscription.quantity,
        }),
        h('p', null, 'Each seat costs the price of the plan and brings its requests.'),
        field(
          'When',
          null,
          choice('when', [
            ['', 'more at once, less with the next period'],
            ['NOW', 'at once'],
            ['PERIOD_END', 'with the next period'],
          ]),
        ),
        subscription.cancelAt &&
          tick('resume', `Go on after ${day(subscription.cancelAt)}, when it would end`, false),
      ],
      read: async (values) => {
        const asked = {
          plan: plan.code,
          quantity: Number(values.seats),
          ...(values.when && { when: values.when }),
          ...(values.resume && { resume: true }),
        };
        const { preview } = await api.act('SubscriptionChangePreview', asked);
        return { order: { ...asked, prorationDate: preview.prorationDate }, told: costOf(preview) };
      },
      send,
    }),
    unpaid,
  ];
}

const costOf = ({ lines, tax, total, amountDue, startsAt, cancelAt, validUntil }) =>
  h(
    'div',
    null,
    table(
      [
        ['', ({ description }) => description],
        ['', ({ amount }) => money(amount), 'number'],
      ],
      lines,
      'Nothing is charged for it now.',
    ),
    facts(
      ['Begins', instant(startsAt)],
      ['Ends all the same', cancelAt && instant(cancelAt)],
      ['Of it taxes', tax.amountMinor !== '0' && money(tax)],
      ['Total', money(total)],
      ['Charged to your card now', money(amountDue)],
      ['These amounts hold until', instant(validUntil)],
    ),
  );

function ending({ api, currentPeriodEnd, then }) {
  const keyed = orderKeys();
  return form({
    action: 'End it',
    fields: [
      field(
        'When; what is paid for and not used is not given back',
        null,
        choice('when', [
          ['PERIOD_END', `with the period that is paid for, on ${day(currentPeriodEnd)}`],
          ['NOW', 'at once'],
        ]),
      ),
      field('Why', null, choice('reason', REASONS)),
    ],
    submit: async ({ when, reason }) => {
      await api.act('SubscriptionCancel', keyed({ when, ...(reason && { reason }) }));
      await then();
    },
  });
}
