/** The keys of the customer's servers: made, limited, rotated and revoked. A secret is shown once, when it is made. */
import { act, choice, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, instant, number } from '../format.mjs';

/** How long both keys work, in hours. */
const OVERLAPS = [
  ['0', 'the old one ends at once'],
  ['1', 'an hour'],
  ['24', 'a day'],
  ['168', 'a week'],
];

export async function keys({ api }) {
  const made = h('div', { 'aria-live': 'polite' });
  const list = h('div');
  const show = async () => {
    const held = await pages(
      async (after) => (await api.ask('ApiKeys', { after })).customer.apiKeys,
      (nodes) => table(columns, nodes, 'No key yet. A program asks models by one; people need none.'),
    );
    list.replaceChildren(held);
  };
  const shown = async ({ secret }) => {
    made.replaceChildren(panel('Keep it now: it is not shown again', h('pre', null, secret)));
    await show();
  };
  const then = async (name, input, more) => {
    await api.act(name, input, more);
    await show();
  };
  const make = async ({ name, mode, expiresAt, limit }) =>
    shown(
      await api.act('ApiKeyCreate', {
        name,
        mode,
        expiresAt: expiresAt ? `${expiresAt}T00:00:00Z` : null,
        requestsPerMinute: limitOf(limit),
      }),
    );
  const rotate = async (id, { hours }) =>
    shown(await api.act('ApiKeyRotate', { id, overlapHours: Number(hours) }));
  const columns = [
    ['Name', ({ name }) => name],
    ['Begins with', ({ prefix }) => h('code', null, prefix)],
    ['', ({ mode }) => pill(mode)],
    ['Last used', ({ lastUsedAt }) => instant(lastUsedAt)],
    ['Ends', ({ expiresAt }) => day(expiresAt)],
    [
      'A minute',
      ({ requestsPerMinute }) => (requestsPerMinute === null ? '–' : number(requestsPerMinute)),
      'number',
    ],
    ['', (key) => acts(key, { then, rotate })],
  ];
  await show();
  return h(
    'div',
    null,
    h('h1', null, 'API keys'),
    panel('A new key', making(make)),
    made,
    panel('Keys', list),
  );
}

const limitOf = (text) => (text === '' ? null : Number(text));
const limitField = (attributes) =>
  field('Calls a minute, at most', {
    name: 'limit',
    type: 'number',
    min: 1,
    max: 1_000_000,
    placeholder: 'as the plan allows',
    ...attributes,
  });

function making(submit) {
  const modes = [
    ['LIVE', 'live'],
    ['TEST', 'test'],
  ];
  return form({
    action: 'Make it',
    attributes: { class: 'row' },
    fields: [
      field('Name', { name: 'name', required: true, maxlength: 100 }),
      field('Mode', null, choice('mode', modes, 'LIVE')),
      field('Ends on', { name: 'expiresAt', type: 'date' }),
      limitField(),
    ],
    submit,
  });
}

function acts(key, { then, rotate }) {
  const { id, revokedAt, replacedBy, expiresAt, requestsPerMinute } = key;
  if (revokedAt) return pill('revoked', 'bad');
  // The service says when it ends; a clock of this machine may be wrong, and then the service refuses.
  if (expiresAt && Date.parse(expiresAt) <= Date.now()) return pill('ended', 'bad');
  return h(
    'div',
    null,
    act('Revoke', () => then('ApiKeyRevoke', { id })),
    replacedBy
      ? h('p', { class: 'soft' }, 'replaced by ', h('code', null, replacedBy.prefix))
      : unfold(
          'Rotate',
          form({
            action: 'Rotate it',
            attributes: { class: 'row' },
            fields: field('Both work for', null, choice('hours', OVERLAPS, '24')),
            submit: (input) => rotate(id, input),
          }),
        ),
    unfold(
      'Limit',
      form({
        action: 'Set it',
        attributes: { class: 'row' },
        fields: limitField({ value: requestsPerMinute ?? '' }),
        submit: ({ limit }) => then('ApiKeyUpdate', { requestsPerMinute: limitOf(limit) }, { id }),
      }),
    ),
  );
}
