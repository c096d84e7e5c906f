/** The keys of the customer's servers. A secret is shown once, when it is made. */
import { act, choice, field, form, h, pages, panel, pill, table } from '../dom.mjs';
import { day, instant } from '../format.mjs';

export async function keys({ api }) {
  const made = h('div');
  const list = h('div');
  const show = async () => {
    const held = await pages(
      async (after) => (await api.ask('ApiKeys', { after })).customer.apiKeys,
      (nodes) =>
        table(
          [
            ['Name', ({ name }) => name],
            ['Begins with', ({ prefix }) => h('code', null, prefix)],
            ['', ({ mode }) => pill(mode)],
            ['Last used', ({ lastUsedAt }) => instant(lastUsedAt)],
            ['Ends', ({ expiresAt }) => day(expiresAt)],
            [
              '',
              ({ id, revokedAt }) => (revokedAt ? pill('revoked', 'bad') : act('Revoke', () => revoke(id))),
            ],
          ],
          nodes,
          'No key yet.',
        ),
    );
    list.replaceChildren(held);
  };
  const revoke = async (id) => {
    await api.act('ApiKeyRevoke', { id });
    await show();
  };
  const make = async ({ name, mode }) => {
    const { secret } = await api.act('ApiKeyCreate', { name, mode });
    made.replaceChildren(panel('Keep it now: it is not shown again', h('pre', null, secret)));
    await show();
  };
  await show();
  return h(
    'div',
    null,
    h('h1', null, 'API keys'),
    panel(
      'A new key',
      form({
        action: 'Make it',
        attributes: { class: 'row' },
        fields: [
          field('Name', { name: 'name', required: true, maxlength: 100 }),
          field(
            'Mode',
            null,
            choice(
              'mode',
              [
                ['LIVE', 'live'],
                ['TEST', 'test'],
              ],
              'LIVE',
            ),
          ),
        ],
        submit: make,
      }),
    ),
    made,
    panel('Keys', list),
  );
}
