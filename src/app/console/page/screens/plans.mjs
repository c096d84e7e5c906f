/** The price page, with the plan that the account is on, and the way to another one or to the card. */
import { act, facts, h, panel, pill } from '../dom.mjs';
import { money, number } from '../format.mjs';

/** What the parts of a plan are called on a price page. */
export const FEATURES = {
  'inference.requests': 'requests in a period',
  'inference.weight': 'share of a busy machine',
  'inference.models': 'models',
  'api.rate': 'calls a second',
  'api.burst': 'calls at once',
  features: 'beside that',
};

export async function plans({ api, viewer }) {
  const [{ plans: offered }, { customer }] = await Promise.all([
    api.ask('Plans'),
    api.ask('CustomerDashboard'),
  ]);
  const present = customer.subscription?.plan.code;
  const mayBuy = viewer.permissions.includes('billing:update');
  const paysAlready = Number(offered.find(({ code }) => code === present)?.price.amountMinor ?? 0) > 0;
  const manage = async () => location.assign((await api.act('BillingPortal', {})).portalUrl);
  const buy = async (plan) => location.assign((await api.act('SubscriptionCheckout', { plan })).checkoutUrl);
  const offer = (plan) => {
    const isPresent = plan.code === present;
    const costs = Number(plan.price.amountMinor) > 0;
    return panel(
      [plan.name, ' ', isPresent && pill('your plan', 'good')],
      h(
        'p',
        null,
        costs || plan.code === 'FREE'
          ? [h('b', null, money(plan.price)), ` a ${plan.interval.toLowerCase()}`]
          : 'by agreement',
      ),
      facts(...plan.entitlements.map((part) => [FEATURES[part.feature] ?? part.feature, amountOf(part)])),
      mayBuy &&
        !isPresent &&
        costs &&
        !paysAlready &&
        h(
          'p',
          null,
          act(`Subscribe to ${plan.name}`, () => buy(plan.code), { class: 'main' }),
        ),
    );
  };
  return h(
    'div',
    null,
    h('h1', null, 'Plans'),
    h(
      'p',
      { class: 'soft' },
      'A plan that is subscribed to is changed, paid and ended on the pages of the payment service.',
    ),
    mayBuy &&
      paysAlready &&
      h('p', null, act('Manage subscription, card and invoices', manage, { class: 'main' })),
    h('div', { class: 'columns' }, offered.map(offer)),
  );
}

function amountOf({ limit, values, kind }) {
  if (limit !== null) return number(limit);
  if (values) return values.join(', ') || 'none';
  return kind === 'LIST' ? 'all' : 'without limit';
}
