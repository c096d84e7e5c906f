/** The price page, with the plan that the account is on, and the way to another one. */
import { act, facts, h, panel, pill, unfold } from '../dom.mjs';
import { money, number } from '../format.mjs';
import { changing, presentPlan } from './subscription.mjs';

/** What the parts of a plan are called on a price page. */
export const FEATURES = {
  'inference.requests': 'requests in a period',
  'inference.weight': 'weight while machines are busy',
  'inference.models': 'models',
  'api.rate': 'calls a second',
  'api.burst': 'calls at once',
  features: 'features',
};

export async function plans({ api, viewer, reload }) {
  const [{ plans: offered }, { customer }] = await Promise.all([api.ask('Plans'), api.ask('MySubscription')]);
  const { subscription } = customer;
  const mayBuy = viewer.permissions.includes('billing:update');
  const isPaid = Number(subscription?.plan.price.amountMinor ?? 0) > 0;
  const manage = async () => location.assign((await api.act('BillingPortal', {})).portalUrl);
  const ways = (plan) => {
    if (!mayBuy || !plan.sellable || plan.code === subscription?.plan.code) return undefined;
    return isPaid
      ? unfold(`Change to ${plan.name}`, changing({ api, subscription, plan, then: reload }))
      : buying({ api, plan });
  };
  return h(
    'div',
    null,
    h('h1', null, 'Plans'),
    mayBuy && isPaid && presentPlan({ api, subscription, manage, then: reload }),
    h(
      'div',
      { class: 'columns' },
      offered.map((plan) =>
        offer({ plan, isPresent: plan.code === subscription?.plan.code, ways: ways(plan) }),
      ),
    ),
  );
}

const offer = ({ plan, isPresent, ways }) =>
  panel(
    [plan.name, ' ', isPresent && pill('your plan', 'good')],
    h(
      'p',
      null,
      plan.sellable || plan.code === 'FREE'
        ? [h('b', null, money(plan.price)), ` a ${plan.interval.toLowerCase()}`]
        : 'by agreement',
    ),
    facts(...plan.entitlements.map((part) => [FEATURES[part.feature] ?? part.feature, amountOf(part)])),
    ways,
  );

function buying({ api, plan: { code, name, trialDays } }) {
  const buy = async (more) =>
    location.assign((await api.act('SubscriptionCheckout', { plan: code, ...more })).checkoutUrl);
  return [
    h(
      'p',
      null,
      act(`Subscribe to ${name}`, () => buy({}), { class: 'main' }),
    ),
    trialDays > 0 &&
      h(
        'p',
        null,
        act(`Try it for ${trialDays} days first`, () => buy({ trial: true })),
      ),
  ];
}

function amountOf({ limit, values, kind }) {
  if (limit !== null) return number(limit);
  if (values) return values.join(', ') || 'none';
  return kind === 'LIST' ? 'all' : 'without limit';
}
