/** What the last months would have come to under other prices: asked by the rating that bills, and nothing is changed. */
import { choice, facts, field, form, h, panel, pill, table, tile } from '../dom.mjs';
import { minorOf } from '../edits.mjs';
import { exactMoney, money, number, share } from '../format.mjs';

export async function pricing({ api }) {
  const { plans } = await api.ask('Plans');
  const answer = h('div', { 'aria-live': 'polite' });
  const ask = async ({ plan, price, request, elasticity }) => {
    const change = {
      plan,
      ...(price && { priceMinor: minorOf(price, plans.find(({ code }) => code === plan).price) }),
      ...(request && { prices: [{ unit: 'REQUEST', unitAmount: request }] }),
    };
    const { market } = await api.ask('PricingWhatIf', {
      input: { changes: [change], elasticity: elasticity || '0' },
    });
    answer.replaceChildren(...outcome(market.pricingWhatIf));
  };
  return h(
    'div',
    null,
    h('h1', null, 'What if'),
    h('p', { class: 'soft' }, 'Prices of the last three months, rated anew. Nothing is changed by asking.'),
    panel(
      null,
      form({
        action: 'Work it out',
        loses: 'nothing',
        submit: ask,
        fields: [
          field(
            'Plan',
            null,
            choice(
              'plan',
              plans.map(({ code, name, price }) => [code, `${name}, ${price.formatted}`]),
            ),
          ),
          field('Another price each interval, for example 59.00', {
            name: 'price',
            inputmode: 'decimal',
            pattern: '\\d+(\\.\\d{1,3})?',
          }),
          field(`Another price of a request, in the smallest unit: 1 is ${exactMoney('1', plans[0].price)}`, {
            name: 'request',
            inputmode: 'decimal',
            pattern: '\\d+(\\.\\d+)?',
          }),
          field('Elasticity of demand that you assume, −10 to 0', {
            name: 'elasticity',
            pattern: '-?\\d+(\\.\\d+)?',
          }),
        ],
      }),
    ),
    answer,
  );
}

function outcome({ total, plans, more, less, spendCaps, customers, assumedElasticity }) {
  return [
    h(
      'div',
      { class: 'tiles' },
      tile('revenue as it was', money(total.before.revenue)),
      tile('revenue as it would have been', money(total.after.revenue)),
      tile('difference', money(total.difference)),
      tile(
        'margin, before and after',
        `${share(total.before.marginRatio)} → ${share(total.after.marginRatio)}`,
      ),
    ),
    panel(
      'Who would notice',
      facts(
        ['Pay more', `${number(more.customers)}, ${money(more.amount)}`],
        ['Pay less', `${number(less.customers)}, ${money(less.amount)}`],
        ['Over their spend cap', `${number(spendCaps.exceededBefore)} → ${number(spendCaps.exceededAfter)}`],
        ['Requests refused more than before', number(total.refusedRequests)],
        ['Assumed elasticity', assumedElasticity],
      ),
      table(
        [
          ['Plan', ({ plan }) => pill(plan)],
          ['Customers', (one) => number(one.customers), 'number'],
          ['Difference', ({ comparison }) => money(comparison.difference), 'number'],
        ],
        plans,
      ),
    ),
    panel(
      'Customers, by how much it changes',
      table(
        [
          ['Customer', ({ customer }) => h('a', { href: `#/customers/${customer.id}` }, customer.name)],
          ['Difference', ({ comparison }) => money(comparison.difference), 'number'],
          ['', ({ exceedsSpendCap }) => exceedsSpendCap && pill('over the spend cap', 'bad')],
        ],
        customers,
      ),
    ),
  ];
}
