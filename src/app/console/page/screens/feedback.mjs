/** The inbox of the reviewers, and one piece of feedback beside the answer that it is about. */
import { bars } from '../charts.mjs';
import { act, choice, everyPage, facts, field, form, h, panel, pill, table, unfold, until } from '../dom.mjs';
import { backTo, filtered } from '../filters.mjs';
import { instant, lastMonths, money, number, personName, share, words } from '../format.mjs';
import { alike, countedWith } from './feedback-alike.mjs';
import { bulk } from './feedback-bulk.mjs';
import { history } from './feedback-history.mjs';
import { joinFacts } from './join.mjs';
import { saying } from './saying.mjs';
import { topics } from './topics.mjs';

const STATUSES = ['NEW', 'TRIAGED', 'PLANNED', 'IN_PROGRESS', 'RESOLVED', 'DECLINED'];
const KINDS = ['TEXT', 'CORRECTION', 'THUMBS', 'RATING', 'SEVERITY', 'CSAT', 'NPS', 'CES', 'PMF'];
const SEVERITIES = ['1', '2', '3', '4'].map((grade) => [grade, grade === '1' ? '1, the gravest' : grade]);
const ORDERS = {
  '': ['most urgent first', { field: 'PRIORITY', direction: 'DESC' }],
  newest: ['newest first', { field: 'CREATED_AT', direction: 'DESC' }],
  due: ['due first', { field: 'DUE_AT', direction: 'ASC' }],
};
const isOpen = (status) => !['RESOLVED', 'DECLINED', 'DUPLICATE'].includes(status);
const NOTICES = {
  MAILED: 'a mail',
  PENDING: 'on its way',
  PUT_OUT: 'the customer’s server was told, which reaches its person',
  WITHHELD: 'nobody was told: no wish or no consent to it, or nobody could be reached',
};
const named = (names) => names.map((name) => [name, words(name)]);
const MOODS = { POSITIVE: 'good', NEGATIVE: 'bad', RESOLVED: 'good', NEW: 'warn' };

/** @param refusal why nothing could be done with an item, together with others. */
const columnsWith = (refusal) => [
  [
    'What was said',
    (item) => [h('a', { href: `#/feedback/${item.id}` }, saying(item)), refusal(item)],
    'long',
  ],
  ['Leans', ({ sentiment }) => (sentiment ? pill(sentiment.label, MOODS[sentiment.label]) : '–')],
  ['Status', standing],
  ['From', ({ customer }) => customer?.name ?? '–'],
  ['Topic', ({ topic }) => topic?.label ?? '–'],
  ['Priority', ({ priority }) => number(priority?.value), 'number'],
  ['They pay a month', ({ priority }) => money(priority?.monthlyRevenue), 'number'],
];

function standing({ status, severity, dueAt, assignee, mergedInto, tags }) {
  const more = [
    severity && `severity ${severity}`,
    dueAt && ['due ', until(dueAt, isOpen(status))],
    assignee?.email,
    mergedInto && 'counted with another',
    tags.length > 0 && tags.join(', '),
  ].filter(Boolean);
  return [pill(status, MOODS[status]), more.map((text) => h('div', { class: 'soft' }, text))];
}

export async function feedback({ api, viewer, query, reload }) {
  const several = bulk({ api, viewer, statuses: STATUSES, reload });
  const [{ feedbackTrend }, found, list] = await Promise.all([
    api.ask('FeedbackTrend', { input: { period: lastMonths(3), interval: 'WEEK' } }),
    topics({ api, reload }),
    filtered({
      query,
      fields: [
        ['status', 'State', [['', 'in any state'], ...named(STATUSES)]],
        ['kind', 'Kind', [['', 'of any kind'], ...named(KINDS)]],
        ['severity', 'Severity', [['', 'of any severity'], ...SEVERITIES]],
        [
          'assigneeId',
          'Assigned to',
          [
            ['', 'anybody or nobody'],
            [viewer.staff.id, 'me'],
          ],
        ],
        ['textContains', 'Says'],
        ['order', 'Order', Object.entries(ORDERS).map(([name, [label]]) => [name, label])],
      ],
      load: async ({ order, severity, ...filter }, after) => {
        const variables = {
          filter: { ...filter, ...(severity && { severity: Number(severity) }) },
          orderBy: (ORDERS[order] ?? ORDERS[''])[1],
          after,
        };
        return (await api.ask('FeedbackInbox', variables)).feedback;
      },
      show: (nodes) =>
        table([several.column, ...columnsWith(several.refusal)], nodes, 'Nobody said anything of the kind.'),
    }),
  ]);
  return h(
    'div',
    null,
    h('h1', null, 'Feedback'),
    h('p', { class: 'soft' }, 'How urgent it is comes of votes, severity, age and what those who asked pay.'),
    panel(null, leaning(feedbackTrend)),
    found,
    panel(null, list, h('p', null, several.all), several.bar),
  );
}

const leaning = (weeks) =>
  bars({
    title: 'How the words lean',
    note: 'Pieces of feedback in words each week, of three months.',
    names: ['positive', 'neutral', 'negative'],
    colours: ['green', 'blue', 'red'],
    columns: weeks.map(({ from, positive, neutral, negative }) => ({
      label: from.slice(5, 10),
      values: [positive, neutral, negative],
    })),
  });

export async function feedbackItem({ api, params, viewer, reload }) {
  const { node: item } = await api.ask('FeedbackItem', { id: params.id });
  if (!item) return panel('There is no such feedback.', h('a', { href: '#/feedback' }, 'To the inbox'));
  return h(
    'div',
    null,
    h('p', null, h('a', { href: backTo('feedback') }, 'Feedback')),
    h('h1', null, saying(item)),
    h(
      'p',
      { class: 'soft' },
      `${instant(item.createdAt)} · ${item.customer?.name ?? 'no customer'}${item.endUser ? ` · ${personName(item.endUser)}` : ''}`,
    ),
    countedWith({ api, item, reload }),
    h('div', { class: 'columns' }, said(item), triage({ api, item, viewer, reload })),
    await ledTo({ api, item, reload }),
    item.inference &&
      panel(
        'The answer it is about',
        joinFacts(item.inference),
        h('p', null, h('a', { href: `#/answers/${item.inference.id}` }, 'Everything about this answer')),
      ),
    alike({ api, item, moods: MOODS, reload }),
    item.notices.length > 0 && told(item.notices),
    panel('History', await history({ api, item })),
  );
}

const told = (notices) =>
  panel(
    'What its giver was told',
    table(
      [
        ['Step', ({ createdAt }) => instant(createdAt)],
        [
          'It was',
          ({ status, asks }) => [pill(status, MOODS[status]), asks && ' and asked whether it is mended'],
        ],
        ['What came of it', ({ outcome }) => NOTICES[outcome] ?? words(outcome)],
        ['Told', ({ toldAt }) => instant(toldAt)],
      ],
      notices,
    ),
  );

/** What was done about it: those who asked hear when the flag reaches everyone. */
async function ledTo({ api, item: { id, featureFlags, deployments }, reload }) {
  const linked = [
    ...featureFlags.map((one) => ({ ...one, label: one.key, at: `flags/${encodeURIComponent(one.key)}` })),
    ...deployments.map((one) => ({ ...one, label: one.name, at: `deployments/${one.id}` })),
  ];
  const [flags, served] = await Promise.all([
    everyPage(async (after) => (await api.ask('Flags', { after })).featureFlags),
    everyPage(async (after) => (await api.ask('DeploymentChoices', { after })).deployments),
  ]);
  const others = [
    ...flags.map((one) => [one.id, `flag ${one.key}`]),
    ...served.map((one) => [one.id, `deployment ${one.name}`]),
  ].filter(([target]) => linked.every((one) => one.id !== target));
  const then = async (name, targetId) => {
    await api.act(name, { id, targetId });
    await reload();
  };
  return panel(
    'What it led to',
    table(
      [
        ['', ({ label, at }) => h('a', { href: `#/${at}` }, label)],
        ['', (one) => act('It did not', () => then('FeedbackUnlink', one.id))],
      ],
      linked,
      'Nothing yet.',
    ),
    others.length > 0 &&
      unfold(
        'It led to something',
        form({
          action: 'Say so',
          fields: field('A flag or a deployment', null, choice('target', others)),
          submit: ({ target }) => then('FeedbackLink', target),
        }),
      ),
  );
}

function said(item) {
  const { priority, sentiment, topic } = item;
  return panel(
    'What was said',
    item.text && h('p', null, item.text),
    item.correction !== null && h('pre', null, JSON.stringify(item.correction, null, 2)),
    facts(
      ['Kind', words(item.kind)],
      ['Score', item.score],
      ['Leans', sentiment && `${words(sentiment.label)} (${share(sentiment.score)})`],
      ['Topic', topic?.label],
      ['Priority', priority && h('span', { title: priority.formula }, number(priority.value))],
      ['Votes', priority?.votes],
      ['Those who asked pay a month', priority && money(priority.monthlyRevenue)],
      ['Plan', item.customer?.subscription?.plan.code],
      ['Due', item.dueAt && until(item.dueAt, isOpen(item.status), instant)],
      ['Mended, says its giver', item.fixed === null ? null : item.fixed ? 'yes' : 'no'],
    ),
  );
}

/** Whoever decides sends the version that was seen: who comes second is told, and nothing is lost. */
function triage({ api, item, viewer, reload }) {
  const decide = async (input) => {
    await api.act('FeedbackTriage', { expectedVersion: item.version, ...input }, { id: item.id });
    await reload();
  };
  const mine = item.assignee?.id === viewer.staff.id;
  return panel(
    'Decide',
    facts(
      ['Status', pill(item.status, MOODS[item.status])],
      ['Assigned to', item.assignee?.email],
      ['Held by', item.lockedBy?.email],
    ),
    h(
      'p',
      null,
      act(mine ? 'Give it back' : 'Take it', () => decide({ assigneeId: mine ? null : viewer.staff.id })),
    ),
    form({
      action: 'Save',
      submit: ({ status, severity, note }) =>
        decide({
          ...(status !== item.status && { status }),
          ...(severity && { severity: Number(severity) }),
          ...(note && { note }),
        }),
      fields: [
        field(
          'Status',
          null,
          choice(
            'status',
            [...new Set([item.status, ...STATUSES])].map((status) => [status, words(status)]),
            item.status,
          ),
        ),
        field(
          'Severity, 1 the gravest',
          null,
          choice(
            'severity',
            ['', '1', '2', '3', '4'].map((value) => [value, value || 'none']),
            String(item.severity ?? ''),
          ),
        ),
        field('Note, kept in the history', { name: 'note', maxlength: 2000 }),
      ],
    }),
  );
}
