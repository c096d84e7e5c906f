/** Who may become a customer: entered, moved on, won by a sign-up or by hand, lost for a reason, and forgotten when they ask. */
import { act, choice, everyPage, facts, field, form, h, pages, panel, pill, unfold } from '../dom.mjs';
import { orderKeys } from '../edits.mjs';
import { instant, lastMonths, words } from '../format.mjs';
import { customerChoice } from './customer-choice.mjs';

const STAGES = ['NEW', 'CONTACTED', 'QUALIFIED', 'PROPOSED', 'WON', 'LOST'];
const OPEN = STAGES.slice(0, 4);
const MOODS = { WON: 'good', LOST: 'bad' };
const REASONS = [
  'PRICE',
  'MISSING_FEATURE',
  'QUALITY',
  'SUPPORT',
  'COMPETITOR',
  'NO_NEED',
  'NO_ANSWER',
  'OTHER',
];

export async function leads({ api, viewer, reload }) {
  const manages = viewer.permissions.includes('market:manage');
  const [{ market: came }, competitors] = await Promise.all([
    api.ask('Acquisition', { period: lastMonths(12) }),
    everyPage(async (after) => (await api.ask('WatchedCompetitors', { after })).market.competitors),
  ]);
  const channels = came.channels.flatMap(({ channel }) => channel ?? []);
  const place = h('div', { 'aria-live': 'polite' });
  const which = choice('stage', [['', 'all'], ...STAGES.map((stage) => [stage, words(stage)])], '', {
    change: () => show(),
  });
  const show = async () =>
    place.replaceChildren(
      await pages(
        async (after) =>
          (await api.ask('Leads', { after, filter: which.value ? { stage: which.value } : null })).market
            .leads,
        (nodes) =>
          h(
            'div',
            null,
            nodes.length === 0
              ? h(
                  'p',
                  { class: 'soft' },
                  which.value
                    ? 'Nobody is at this stage.'
                    : 'Nobody yet. Whoever may become a customer is entered above.',
                )
              : nodes.map((one) => lead({ api, one, competitors, manages, again: show })),
          ),
      ),
    );
  await show();
  return h(
    'div',
    null,
    h('h1', null, 'Leads'),
    manages && entering({ api, channels, reload }),
    h('div', { class: 'row' }, field('Show', null, which)),
    place,
  );
}

function entering({ api, channels, reload }) {
  const keyed = orderKeys();
  const link = h('div', { 'aria-live': 'polite' });
  return panel(
    'Somebody new',
    form({
      action: 'Enter them',
      fields: [
        field('Organisation', { name: 'organisation', required: true, maxlength: 200 }),
        field('E-mail', { name: 'email', type: 'email', required: true }),
        field(
          'They came by',
          null,
          choice('channelId', [['', 'nobody knows'], ...channels.map(({ id, name }) => [id, name])]),
        ),
        field('Segment', { name: 'segment', maxlength: 60 }),
        field('What to know', { name: 'notes', maxlength: 4000 }),
      ],
      submit: async (values) => {
        const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
        const { token } = await api.act('LeadCreate', keyed(said));
        if (token)
          link.replaceChildren(
            h('p', null, 'Whoever signs up by this link is this lead. It is shown this once.'),
            h('pre', null, `${location.origin}/console#/join/lead/${token}`),
            act('Done', reload),
          );
        else await reload();
      },
    }),
    link,
  );
}

function lead({ api, one, competitors, manages, again }) {
  const { stage, organisation, email, notes, segment, channel, campaign, owner, customer } = one;
  return panel(
    [organisation ?? 'forgotten', ' ', pill(stage, MOODS[stage])],
    facts(
      ['E-mail', email],
      ['By', [channel?.name, campaign].filter(Boolean).join(', ')],
      ['Segment', segment],
      ['Seen to by', owner?.email],
      ['Customer', customer && h('a', { href: `#/customers/${customer.id}` }, customer.name)],
      ['Lost', one.lostReason && [words(one.lostReason), one.competitor && `, to ${one.competitor.name}`]],
      ['Changed', instant(one.updatedAt)],
      ['Notes', notes],
    ),
    manages && !one.erasedAt && acts({ api, one, competitors, again }),
  );
}

function acts({ api, one: { id, version, stage, notes }, competitors, again }) {
  const then = async (name, input, more) => {
    await api.act(name, input, more);
    await again();
  };
  return [
    stage !== 'WON' && [
      unfold(
        stage === 'LOST' ? 'Take it up again' : 'Move on, or note something',
        moving({ id, version, stage, notes, then }),
      ),
      unfold(
        'They are a customer',
        form({
          action: 'Won',
          fields: customerChoice(api),
          submit: ({ customerId }) => then('LeadConvert', { id, customerId }),
        }),
      ),
      unfold('They will not be one', losing({ id, competitors, then })),
    ],
    unfold(
      'They want to be forgotten',
      h(
        'p',
        null,
        act('Forget who they are', () => then('LeadErase', { id })),
      ),
    ),
  ];
}

const moving = ({ id, version, stage, notes, then }) =>
  form({
    action: 'Save it',
    fields: [
      field(
        'How far it has come',
        null,
        choice(
          'stage',
          OPEN.map((name) => [name, words(name)]),
          stage,
        ),
      ),
      field('What to know', { name: 'notes', maxlength: 4000, value: notes ?? '' }),
    ],
    submit: (values) =>
      then(
        'LeadUpdate',
        { stage: values.stage, notes: values.notes || null, expectedVersion: version },
        { id },
      ),
  });

const losing = ({ id, competitors, then }) =>
  form({
    action: 'Lost',
    fields: [
      field(
        'Why',
        null,
        choice(
          'reason',
          REASONS.map((reason) => [reason, words(reason)]),
        ),
      ),
      competitors.length > 0 &&
        field(
          'To which competitor',
          null,
          choice('competitorId', [['', 'not known'], ...competitors.map((rival) => [rival.id, rival.name])]),
        ),
    ],
    submit: ({ reason, competitorId }) =>
      then('LeadLose', { id, reason, ...(competitorId && { competitorId }) }),
  });
