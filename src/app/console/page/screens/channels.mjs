/** By which channel customers come and what it costs; staff enter what no counter knows. */
import { funnel } from '../charts.mjs';
import { choice, field, form, h, panel, table } from '../dom.mjs';
import { minorOf, orderKeys } from '../edits.mjs';
import { lastMonths, money, number } from '../format.mjs';

export async function channels({ api, viewer, reload }) {
  const { market } = await api.ask('Acquisition', { period: lastMonths(12) });
  const known = market.channels.flatMap(({ channel }) => channel ?? []);
  const then = async (name, input) => {
    await api.act(name, input);
    await reload();
  };
  return h(
    'div',
    null,
    h('h1', null, 'Channels'),
    panel(null, funnelChart(market.funnel), channelTable(market.channels)),
    viewer.permissions.includes('market:manage') &&
      h(
        'div',
        { class: 'columns' },
        known.length > 0 && panel('What a month cost', month({ known, then })),
        panel('Another channel', adding({ then })),
      ),
  );
}

/** What the channels of some months cost and brought. */
export const channelTable = (lines) =>
  table(
    [
      ['Channel', ({ channel }) => channel?.name ?? 'not known'],
      [
        'Link',
        ({ channel }) =>
          channel && h('a', { href: `#/join/by/${channel.code}` }, `#/join/by/${channel.code}`),
      ],
      ['Cost', ({ cost }) => money(cost), 'number'],
      ['Visits', ({ visits }) => number(visits), 'number'],
      ['Sign-ups', ({ signUps }) => number(signUps), 'number'],
      ['Won', ({ acquired }) => number(acquired), 'number'],
      ['Each cost', ({ costPerAcquired }) => money(costPerAcquired), 'number'],
      ['Paid back after months', ({ paybackMonths }) => number(paybackMonths), 'number'],
    ],
    lines,
    'No channel is known yet.',
  );

/** How far they came who came. */
export const funnelChart = ({ visits, signUps, activated, paid, retained }) =>
  funnel({
    title: 'From a visit to a customer who stays',
    steps: [
      { label: 'visits', value: visits },
      { label: 'sign-ups', value: signUps },
      { label: 'first answer', value: activated },
      { label: 'paid', value: paid },
      { label: 'paying still', value: retained },
    ],
  });

const month = ({ known, then }) =>
  form({
    action: 'Set it',
    fields: [
      field(
        'Channel',
        null,
        choice(
          'channelId',
          known.map(({ id, name }) => [id, name]),
        ),
      ),
      field('Month', {
        name: 'month',
        type: 'month',
        required: true,
        value: lastMonths(1).from.slice(0, 7),
      }),
      field('What it cost, in USD', { name: 'cost', required: true, inputmode: 'decimal' }),
      field('Visits, empty where nobody counts', { name: 'visits', type: 'number', min: 0 }),
    ],
    submit: ({ channelId, month: of, cost, visits }) =>
      then('ChannelMonthSet', {
        channelId,
        month: `${of}-01T00:00:00Z`,
        costMinor: minorOf(cost, { formatted: '0.00 USD' }),
        ...(visits !== '' && { visits: Number(visits) }),
      }),
  });

function adding({ then }) {
  const keyed = orderKeys();
  return form({
    action: 'Add it',
    fields: [
      field('Name', { name: 'name', required: true, maxlength: 100 }),
      field('Code in links: small letters, digits and hyphens', {
        name: 'code',
        required: true,
        minlength: 2,
        maxlength: 60,
        pattern: '[a-z0-9\\-]+',
      }),
    ],
    submit: (values) => then('ChannelCreate', keyed(values)),
  });
}
