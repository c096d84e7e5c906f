/** The plans on sale as staff see them, and the next version of one: begun with the present one, looked at, then published. */
import { choice, everyPage, facts, field, h, panel, pill, table, unfold } from '../dom.mjs';
import { changesOf, editedList, listOf, lookedAt, minorOf, orderKeys, plainOf, tick } from '../edits.mjs';
import { money, number, words } from '../format.mjs';

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
    mayPublish ? everyPage(async (after) => (await api.ask('ModelRegistry', { after })).models) : [],
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
        [
          plan.name,
          ' ',
          pill(`${plan.code} ${plan.version}`),
          ' ',
          !plan.sellable && pill('not by checkout'),
        ],
        facts(
          ['Price', `${money(plan.price)} a ${words(plan.interval)}`],
          ['Trial', `${plan.trialDays} days`],
          ['Grace after a late payment', `${plan.graceDays} days`],
          ...plan.entitlements.map((part) => [part.feature, amountOf(part)]),
        ),
        priceBook(plan.prices),
        mayPublish && unfold('Its next version', publishing({ api, plan, models, reload })),
      ),
    ),
  );
}

const priceBook = (prices) =>
  table(
    [
      ['Unit', ({ unit }) => words(unit)],
      ['Model', ({ model }) => model?.name ?? 'every other'],
      ['Smallest units for one', ({ unitAmount }) => unitAmount, 'number'],
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

const whole = (text) => (text === '' ? null : Number(text));

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
    label: 'Price book',
    add: 'Another price',
    make: (one) => price(models, one),
    first: before.prices,
    most: 1000,
  });
  const count = (label, name, more) =>
    field(label, { name, type: 'number', value: before[name] ?? '', min: 0, ...more });
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
      models: values.models.trim() === '' ? null : listOf(values.models),
      features: 'allFeatures' in values ? null : FEATURES.filter((name) => `feature.${name}` in values),
      rate:
        values.perSecond === '' ? null : { perSecond: whole(values.perSecond), burst: whole(values.burst) },
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
      changes: changesOf(before, after),
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
    fields: [
      field('Code; another one makes another plan', {
        name: 'code',
        required: true,
        value: before.code,
        minlength: 2,
        maxlength: 31,
      }),
      field('Name', { name: 'name', required: true, value: before.name, maxlength: 100 }),
      field(`Price, in ${plan.price.currency}`, {
        name: 'price',
        required: true,
        inputmode: 'decimal',
        value: before.price,
      }),
      field('Due each', null, choice('interval', options(['MONTH', 'YEAR']), before.interval)),
      tick('sellable', 'can be bought by checkout', before.sellable),
      count('Days of trial', 'trialDays', { required: true, max: 365 }),
      count('Days of grace after a late payment', 'graceDays', { required: true, max: 365 }),
      count('Requests in a period, empty for no limit', 'requests'),
      field('At that limit', null, choice('overage', options(['REFUSE', 'CHARGE']), before.overage)),
      count('Weight in the queue', 'weight', { required: true, min: 1, max: 1000 }),
      field('Models, by name with commas, empty for all', {
        name: 'models',
        value: before.models?.join(', ') ?? '',
      }),
      h(
        'fieldset',
        null,
        h('legend', null, 'Features'),
        tick('allFeatures', 'all there are and will be', before.features === null),
        FEATURES.map((name) =>
          tick(`feature.${name}`, words(name), before.features?.includes(name) ?? false),
        ),
      ),
      field('Calls a second, empty for what everyone has', {
        name: 'perSecond',
        type: 'number',
        min: 1,
        value: before.rate?.perSecond ?? '',
      }),
      field('Calls at once', { name: 'burst', type: 'number', min: 1, value: before.rate?.burst ?? '' }),
      prices.element,
    ],
  });
}
