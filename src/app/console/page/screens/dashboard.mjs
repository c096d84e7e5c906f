/** The first page of a customer: plan, what is left of it, what it comes to, and what happened last. */
import { bar, facts, h, panel, pill, table, tile } from '../dom.mjs';
import { day, exactMoney, instant, money, number, words } from '../format.mjs';
import { unnoted } from './breach-notices.mjs';
import { usageChart } from './customers.mjs';
import { FEATURES } from './plans.mjs';
import { saying } from './saying.mjs';

export async function dashboard({ api, viewer }) {
  const { customer } = await api.ask('CustomerDashboard');
  const { subscription, usage, entitlements } = customer;
  const limited = entitlements.filter(({ limit, used }) => limit !== null && used !== null);
  return h(
    'div',
    null,
    h('h1', null, customer.name),
    await unnoted({ api, viewer }),
    h(
      'div',
      { class: 'tiles' },
      subscription && tile('your plan', subscription.plan.name, { href: '#/plans' }),
      usage && tile('so far this period', money(usage.charge), { href: '#/usage' }),
      usage && tile('expected by its end', money(usage.forecast?.charge)),
      subscription && tile('next period begins', day(subscription.currentPeriodEnd)),
    ),
    subscription?.graceEndsAt &&
      panel(
        'The last payment failed',
        h('p', null, `Everything works until ${day(subscription.graceEndsAt)}. Mend the card under Plans.`),
      ),
    limited.length > 0 && panel('What is left', limited.map(left)),
    usage && usage.byDay.length > 0 && panel(null, usageChart(usage.byDay)),
    h(
      'div',
      { class: 'columns' },
      panel(
        'Latest answers',
        table(
          [
            ['When', ({ createdAt }) => instant(createdAt)],
            ['By', ({ deployment }) => deployment?.name ?? '–'],
            ['ms', ({ totalMs }) => number(totalMs), 'number'],
            ['Price', ({ price, priceExact }) => exactMoney(priceExact, price), 'number'],
          ],
          customer.inferences.nodes,
          ['None yet. ', h('a', { href: '#/try' }, 'Ask a model')],
        ),
      ),
      panel(
        'Latest feedback',
        table(
          [
            ['Kind', ({ kind }) => words(kind)],
            ['What', saying],
            ['Status', ({ status }) => pill(status)],
          ],
          customer.feedback.nodes,
          'Nobody said anything yet.',
        ),
      ),
    ),
  );
}

function left({ feature, limit, used, remaining, resetsAt }) {
  const name = FEATURES[feature] ?? feature;
  return h(
    'div',
    null,
    facts(
      [name, `${number(used)} of ${number(limit)}`],
      ['Left', number(remaining)],
      ['Begins anew', day(resetsAt)],
    ),
    bar(Number(used) / (Number(limit) || 1), `${name}, used`),
  );
}
