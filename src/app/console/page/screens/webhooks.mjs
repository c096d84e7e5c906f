/** Where a customer's own servers are told of what happens. A secret is shown once: when it is made, and when it is changed. */
import { act, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { tick } from '../edits.mjs';
import { instant, words } from '../format.mjs';

const EVENTS = [
  'BREACH_NOTICE_SENT',
  'DATA_REQUEST_EXTENDED',
  'FEEDBACK_GIVER_TOLD',
  'INVOICE_OPEN',
  'INVOICE_PAID',
  'INVOICE_UPCOMING',
  'SUBSCRIPTION_GIVEN_UP',
  'SUBSCRIPTION_PAYMENT_LATE',
  'SUBSCRIPTION_READ_ONLY',
  'USAGE_ALERTED',
];
const MOODS = { DELIVERED: 'good', FAILED: 'bad', PENDING: 'warn' };

export async function webhooks({ api, viewer }) {
  const mayManage = viewer.permissions.includes('webhook:manage');
  const told = h('div', { 'aria-live': 'polite' });
  const list = h('div');
  const showSecret = (secret) =>
    told.replaceChildren(
      panel(
        'Keep it now: it is not shown again',
        h('pre', null, secret),
        h('p', { class: 'soft' }, 'Any Standard Webhooks library verifies messages with it.'),
      ),
    );
  const show = async () =>
    list.replaceChildren(
      await pages(
        async (after) => (await api.ask('WebhookEndpoints', { after })).webhookEndpoints,
        (nodes) =>
          h(
            'div',
            null,
            nodes.length === 0
              ? panel(
                  'Nobody is told of anything yet.',
                  h(
                    'p',
                    { class: 'soft' },
                    'An endpoint is a server of yours that hears of events as they happen.',
                  ),
                )
              : nodes.map((one) => endpoint({ api, one, mayManage, show, showSecret })),
          ),
      ),
    );
  await show();
  return h(
    'div',
    null,
    h('h1', null, 'Webhooks'),
    h('p', { class: 'soft' }, 'Beside these events an endpoint is told of the predictions that name it.'),
    mayManage &&
      panel(
        'A new endpoint',
        form({
          action: 'Make it',
          fields: [...addressFields({}), eventTicks([])],
          submit: async (values) => {
            const { secret } = await api.act('WebhookEndpointCreate', orderOf(values));
            showSecret(secret);
            await show();
          },
        }),
      ),
    told,
    list,
  );
}

const addressFields = ({ url, description }) => [
  field('https address that the public network reaches', {
    name: 'url',
    type: 'url',
    required: true,
    value: url ?? '',
  }),
  field('What it is for', { name: 'description', maxlength: 200, value: description ?? '' }),
];

const eventTicks = (chosen) =>
  h(
    'fieldset',
    null,
    h('legend', null, 'Told of'),
    EVENTS.map((name) => tick(`event.${name}`, words(name), chosen.includes(name))),
  );

const orderOf = (values) => ({
  url: values.url,
  description: values.description || null,
  events: EVENTS.filter((name) => `event.${name}` in values),
});

function endpoint({ api, one, mayManage, show, showSecret }) {
  const { id, url, description, enabled, events, version, createdAt, removedAt } = one;
  const update = async (input) => {
    await api.act('WebhookEndpointUpdate', { expectedVersion: version, ...input }, { id });
    await show();
  };
  const rotate = async () => {
    showSecret((await api.act('WebhookEndpointRotate', { id })).secret);
    await show();
  };
  const sent = deliveries({ api, id, maySend: mayManage && enabled && !removedAt });
  const test = async () => {
    await api.act('WebhookEndpointTest', { id });
    await sent.show();
  };
  const remove = async () => {
    await api.act('WebhookEndpointRemove', { id });
    await show();
  };
  const state = removedAt
    ? pill('removed', 'bad')
    : pill(enabled ? 'told' : 'not told', enabled ? 'good' : 'warn');
  return panel(
    [h('span', { class: 'address' }, url), ' ', state],
    description && h('p', null, description),
    h(
      'p',
      { class: 'soft' },
      `Since ${instant(createdAt)}. Told of: ${events.map(words).join(', ') || 'predictions that name it'}.`,
    ),
    mayManage &&
      !removedAt && [
        h(
          'div',
          { class: 'row' },
          act(enabled ? 'Tell it nothing for now' : 'Tell it again', () => update({ enabled: !enabled })),
          act('Another secret', rotate),
          enabled && act('Send a test message', test),
          act('Remove', remove),
        ),
        unfold(
          'Change it',
          form({
            action: 'Save it',
            fields: [...addressFields(one), eventTicks(events)],
            submit: (values) => update(orderOf(values)),
          }),
        ),
      ],
    unfold('What was sent', sent.place),
  );
}

/** Asked for when somebody wants to see them. */
function deliveries({ api, id, maySend }) {
  const place = h('div', { 'aria-live': 'polite' });
  const again = (delivery) =>
    act('Send it again', async () => {
      await api.act('WebhookDeliveryReplay', { id: delivery });
      await show();
    });
  const show = async () =>
    place.replaceChildren(
      await pages(
        async (after) => (await api.ask('WebhookDeliveries', { id, after })).node.deliveries,
        (nodes) =>
          table(
            [
              ['When', ({ createdAt }) => instant(createdAt)],
              ['What', ({ type, data }) => h('code', { title: JSON.stringify(data) }, type)],
              ['', ({ status }) => pill(status, MOODS[status])],
              ['Tries', ({ attempts }) => attempts, 'number'],
              ['The last one failed because', ({ failure }) => failure ?? '–'],
              ...(maySend
                ? [['', ({ id: delivery, status }) => status !== 'PENDING' && again(delivery)]]
                : []),
            ],
            nodes,
            'Nothing yet.',
          ),
      ),
      h('p', null, act('Look again', show)),
    );
  place.append(act('Show them', show));
  return { place, show };
}
