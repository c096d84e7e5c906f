/** Where somebody is signed in, and how to end what is not theirs. */
import { act, h, pages, panel, pill, table } from '../dom.mjs';
import { day, instant } from '../format.mjs';

export async function sessions({ api, reload }) {
  const end = async (input) => {
    await api.act('SessionRevoke', input);
    await reload();
  };
  const list = await pages(
    async (after) => (await api.ask('MySessions', { after })).viewer.sessions,
    (nodes) =>
      table(
        [
          ['With', ({ client }) => client ?? 'another program'],
          ['Signed in', ({ startedAt }) => instant(startedAt)],
          ['Last used', ({ renewedAt }) => instant(renewedAt)],
          ['Ends', ({ expiresAt }) => day(expiresAt)],
          [
            '',
            ({ id, isCurrent }) =>
              isCurrent ? pill('this one', 'good') : act('End it', () => end({ id }), { class: 'quiet' }),
          ],
        ],
        nodes,
      ),
  );
  return panel(
    'Where you are signed in',
    h('p', { class: 'soft' }, 'One you do not know is not yours: end it, and change your password.'),
    list,
    act('End all others', () => end({ others: true })),
  );
}
