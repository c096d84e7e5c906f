/** The plans on sale as staff see them, and the next version of one: begun with the present one, looked at, then published. */
import { choice, everyPage, facts, field, h, panel, pill, table, unfold } from '../dom.mjs';
import { changesOf, editedList, listOf, lookedAt, minorOf, orderKeys, plainOf, tick } from '../edits.mjs';
import { exactMoney, money, number, words } from '../format.mjs';
import { FEATURES as NAMES } from './plans.mjs';

const UNITS = [
  'REQUEST',
  'CACHED_REQUEST',
  'ECONOMY_REQUEST',
  'PROMPT_TOKEN',
  'COMPLETION_TOKEN',
  'ROW',
  'DEVICE_MILLISECOND',
];
const FEATURES = ['EXPLANATIONS', 'TEXT_GENERATION'];
const options = (names) => names.map((name) => [name, words(name)]);

export async function planBook({ api, viewer, reload }) {
  const mayPublish = viewer.permissions.includes('plan:publish');
  const [{ plans }, models] = await Promise.all([
    api.ask('PlanBook'),
    mayPublish ? everyPage(async (after) => (await api.ask('ModelNames', { after })).models) : [],
  ]);
  return h(
    'div',
    null,
    h('h1', null, 'Plans'),
    h(
      'p',
      { class: 'soft' },
      'What is sold now. Whoever bought an earlier version stays on it.',
      viewer.permissions.includes('margin:read') && [
        ' ',
        h('a', { href: '#/pricing' }, 'What would other prices have come to?'),
      ],
    ),
    plans.map((plan) =>
      panel(
        [plan.name, ' ', pill(`version ${plan.version}`), ' ', !plan.sellable && pill('not by checkout')],
        facts(
          ['Price', `${money(plan.price)} a ${words(plan.interval)}`],
          ['Trial', `${plan.trialDays} days`],
          ['Grace after a late payment', `${plan.graceDays} days`],
          ...plan.entitlements.map((part) => [NAMES[part.feature] ?? part.feature, amountOf(part)]),
        ),
        priceBook(plan),
        mayPublish && unfold('Its next version', publishing({ api, plan, models, reload })),
      ),
    ),
  );
}

const priceBook = ({ prices, price: like }) =>
  table(
    [
      ['Unit', ({ unit }) => words(unit)],
      ['Model', ({ model }) => model?.name ?? 'every other'],
      ['Price of one', ({ unitAmount }) => exactMoney(unitAmount, like), 'number'],
    ],
    prices,
    'Usage costs nothing.',
  );

function amountOf({ limit, values, kind, overage }) {
  if (kind === 'LIST') return values ? values.join(', ') || 'none' : 'all';
  if (limit === null) return 'without limit';
  return overage === 'CHARGE' ? `${number(limit)}, more is charged` : number(limit);
}

/** As the form says it. */
function termsOf(plan) {
  const part = (feature) => plan.entitlements.find((one) => one.feature === feature);
  const rate = part('api.rate');
  return {
    code: plan.code,
    name: plan.name,
    price: plainOf(plan.price),
    interval: plan.interval,
    sellable: plan.sellable,
    trialDays: plan.trialDays,
    graceDays: plan.graceDays,
    requests: part('inference.requests')?.limit ?? null,
    overage: part('inference.requests')?.overage ?? 'REFUSE',
    weight: Number(part('inference.weight')?.limit ?? 1),
    models: part('inference.models')?.values ?? null,
    features: part('features')?.values ?? null,
    rate: rate ? { perSecond: Number(rate.limit), burst: Number(part('api.burst').limit) } : null,
    prices: plan.prices.map(({ unit, model, unitAmount }) => ({
      unit,
      modelId: model?.id ?? null,
      unitAmount,
    })),
  };
}

/** With each price by itself: in a whole book nobody sees what changed. */
function byPrice({ prices, ...terms }, models) {
  const named = ({ unit, modelId }) =>
    `price of a ${words(unit)}, ${models.find(({ id }) => id === modelId)?.name ?? 'every other model'}`;
  return { ...terms, ...Object.fromEntries(prices.map((one) => [named(one), one.unitAmount])) };
}

/** Who says only how many come back in a second lets no more than those be there at once. */
const rateOf = ({ perSecond, burst }) =>
  perSecond === '' ? null : { perSecond: Number(perSecond), burst: Number(burst || perSecond) };

function price(models, { unit, modelId, unitAmount } = {}) {
  const which = choice('unit', options(UNITS), unit);
  const of = choice(
    'model',
    [['', 'every other'], ...models.map(({ id, name }) => [id, name])],
    modelId ?? '',
  );
  const amount = h('input', {
    name: 'unitAmount',
    required: true,
    pattern: '\\d+(\\.\\d{1,12})?',
    value: unitAmount ?? '',
  });
  return {
    fields: [
      field('Unit', null, which),
      field('Model', null, of),
      field('Smallest units for one', null, amount),
    ],
    read: () => ({ unit: which.value, modelId: of.value || null, unitAmount: amount.value }),
  };
}

function publishing({ api, plan, models, reload }) {
  const before = termsOf(plan);
  const keyed = orderKeys();
  const prices = editedList({
    label: `Price book, in the smallest unit: 1 is ${exactMoney('1', plan.price)}`,
    add: 'Another price',
    make: (one) => price(models, one),
    first: before.prices,
    most: 1000,
  });
  const read = (values) => {
    const after = {
      code: values.code,
      name: values.name,
      price: values.price,
      interval: values.interval,
      sellable: 'sellable' in values,
      trialDays: Number(values.trialDays),
      graceDays: Number(values.graceDays),
      requests: values.requests === '' ? null : values.requests,
      overage: values.overage,
      weight: Number(values.weight),
      models: 'allModels' in values ? null : listOf(values.models),
      features: 'allFeatures' in values ? null : FEATURES.filter((name) => `feature.${name}` in values),
      rate: rateOf(values),
      prices: prices.read(),
    };
    const { price: said, requests, ...terms } = after;
    return {
      order: {
        ...terms,
        requests: requests === null ? null : Number(requests),
        priceMinor: minorOf(said, plan.price),
        currency: plan.price.currency,
        // Another code makes another plan, which has no version yet.
        ...(terms.code === plan.code && { expectedVersion: plan.version }),
      },
      changes: changesOf(byPrice(before, models), byPrice(after, models)),
    };
  };
  return lookedAt({
    look: 'Look at what changes',
    action: 'Publish it',
    read,
    send: async (order) => {
      await api.act('PlanPublish', keyed(order));
      await reload();
    },
    fields: [termFields(before, plan.price.currency), prices.element],
  });
}

const count = (label, name, value, more) =>
  field(label, { name, type: 'number', value: value ?? '', min: 0, ...more });

const termFields = (before, currency) => [
  h(
    'div',
    { class: 'fields' },
    field('Code; another one makes another plan', {
      name: 'code',
      required: true,
      value: before.code,
      minlength: 2,
      maxlength: 31,
    }),
    field('Name', { name: 'name', required: true, value: before.name, maxlength: 100 }),
    field(`Price, in ${currency}`, {
      name: 'price',
      required: true,
      inputmode: 'decimal',
      value: before.price,
    }),
    field('Due each', null, choice('interval', options(['MONTH', 'YEAR']), before.interval)),
    count('Days of trial', 'trialDays', before.trialDays, { required: true, max: 365 }),
    count('Days of grace after a late payment', 'graceDays', before.graceDays, { required: true, max: 365 }),
    count('Requests in a period, empty for no limit', 'requests', before.requests),
    field('At that limit', null, choice('overage', options(['REFUSE', 'CHARGE']), before.overage)),
    count('Weight in the queue', 'weight', before.weight, { required: true, min: 1, max: 1000 }),
    count('Calls a second, empty for what everyone has', 'perSecond', before.rate?.perSecond, { min: 1 }),
    count('Calls at once', 'burst', before.rate?.burst, { min: 1 }),
  ),
  tick('sellable', 'can be bought by checkout', before.sellable),
  h(
    'fieldset',
    null,
    h('legend', null, 'Models'),
    tick('allModels', 'all there are and will be', before.models === null),
    field('or these, by name with commas', { name: 'models', value: before.models?.join(', ') ?? '' }),
  ),
  h(
    'fieldset',
    null,
    h('legend', null, 'Features'),
    tick('allFeatures', 'all there are and will be', before.features === null),
    h('p', { class: 'soft' }, 'or these'),
    FEATURES.map((name) => tick(`feature.${name}`, words(name), before.features?.includes(name) ?? false)),
  ),
];
