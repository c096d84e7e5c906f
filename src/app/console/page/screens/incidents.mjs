/** What went wrong: opened, followed line by line, and closed with what was done so that it does not happen again. */
import { act, choice, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { filtered } from '../filters.mjs';
import { instant, number, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { noticesOf, noticesPanel } from './breach-notices.mjs';
import { authorityDue, breachChoice, breachPanel, utc } from './incident-breach.mjs';
import { subjectChoice } from './incident-subject.mjs';

const MOODS = { CRITICAL: 'bad', HIGH: 'bad', MEDIUM: 'warn' };
const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const severities = SEVERITIES.map((name) => [name, words(name)]);
const standing = (one) => [
  pill(one.severity, MOODS[one.severity]),
  ' ',
  pill(one.status, one.status === 'OPEN' ? 'warn' : 'good'),
  ' ',
  authorityDue(one),
];
const STATES = {
  open: { status: 'OPEN' },
  closed: { status: 'CLOSED' },
  breach: { isPersonalDataBreach: true },
  overdue: { onlyAuthorityOverdue: true },
};
const reached = (reach) =>
  reach ? `customers: ${number(reach.customers)}, answers: ${number(reach.answers)}` : '–';

export async function incidents({ api, viewer, query, reload }) {
  const mayManage = viewer.permissions.includes('incident:manage');
  const list = await filtered({
    query,
    fields: [
      [
        'state',
        'State',
        [
          ['', 'in any state'],
          ['open', 'open'],
          ['closed', 'closed'],
          ['breach', 'personal data breaches'],
          ['overdue', 'breaches overdue to be notified'],
        ],
      ],
      ['severity', 'How bad', [['', 'however bad'], ...severities]],
    ],
    load: async ({ state, severity }, after) => {
      const filter = { ...STATES[state], ...(severity && { severity }) };
      return (await api.ask('Incidents', { filter, after })).incidents;
    },
    show: (nodes) =>
      table(
        [
          [
            'What',
            ({ id, title, cause }) => [
              h('a', { href: `#/incidents/${id}` }, title),
              h('br'),
              h('span', { class: 'soft' }, cause),
            ],
          ],
          ['', standing],
          ['Since', ({ startedAt }) => instant(startedAt)],
          ['Seen to by', ({ owner }) => owner?.email ?? 'nobody'],
          ['Reached', ({ reach }) => reached(reach)],
          ['', (one) => mayManage && one.status === 'OPEN' && closing({ api, id: one.id, reload })],
        ],
        nodes,
        'There was none. What goes wrong with a deployment or its data stands here by itself.',
      ),
  });
  return h(
    'div',
    null,
    h('h1', null, 'Incidents'),
    panel(null, mayManage && opening({ api, viewer, reload }), list),
  );
}

function opening({ api, viewer, reload }) {
  const subject = subjectChoice(api);
  return unfold(
    'Something went wrong',
    form({
      action: 'Open an incident',
      fields: [
        field('In one line, without personal data', {
          name: 'title',
          required: true,
          minlength: 3,
          maxlength: 200,
        }),
        field('How bad', null, choice('severity', severities, 'MEDIUM')),
        breachChoice(null),
        subject.fields,
        field('Since, in UTC; empty for now', { name: 'startedAt', type: 'datetime-local' }),
      ],
      submit: async ({ title, severity, startedAt, isPersonalDataBreach: judged, ...about }) => {
        const subjectId = subject.read(about);
        await api.act('IncidentOpen', {
          title,
          severity,
          ownerId: viewer.staff.id,
          ...(subjectId && { subjectId }),
          ...(judged !== '' && { isPersonalDataBreach: judged === 'true' }),
          ...(startedAt && { startedAt: utc(startedAt) }),
        });
        await reload();
      },
    }),
  );
}

const closing = ({ api, id, reload }) =>
  unfold(
    'Close',
    form({
      action: 'Close it',
      fields: field('What was done so that it does not happen again', {
        name: 'correctiveAction',
        required: true,
        minlength: 3,
        maxlength: 2000,
      }),
      submit: async ({ correctiveAction }) => {
        await api.act('IncidentClose', { id, correctiveAction });
        await reload();
      },
    }),
  );

/** What it is from then on: whoever is named by an id by their name, instants and judgements as they are told elsewhere. */
const saidOf = (people, text) =>
  text
    ? (people.get(text) ??
      text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, instant).replace(/^[A-Z]+(_[A-Z]+)*(?=;|$)/, words))
    : '';

export async function incident({ api, params, viewer, reload }) {
  const { id } = params;
  const ask = async (after) => (await api.ask('Incident', { id, after })).node;
  const found = await ask(null);
  if (!found?.title)
    return panel('There is no such incident.', h('a', { href: '#/incidents' }, 'To the incidents'));
  const mayChange = viewer.permissions.includes('incident:manage') && found.status === 'OPEN';
  const { reach, owner } = found;
  const notices = await noticesOf(api, id);
  const acting = [found.openedBy, found.subjectId, found.authorityNotifiedBy, found.peopleJudgedBy];
  const names = await namesOf(api, acting);
  const timeline = await pages(
    async (after) => (after ? await ask(after) : found).timeline,
    async (nodes) => {
      const people = await namesOf(
        api,
        nodes.flatMap(({ by, text }) => [by, text]),
      );
      return table(
        [
          ['When', ({ at }) => instant(at)],
          ['', ({ kind }) => pill(kind)],
          ['', ({ text }) => saidOf(people, text)],
          ['By', ({ by }) => who(people, by)],
        ],
        nodes,
      );
    },
  );
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/incidents' }, 'Incidents')),
    h('h1', null, found.title, ' ', standing(found)),
    panel(
      null,
      facts(
        ['Cause', found.cause],
        ['About', found.subjectId && who(names, found.subjectId)],
        ['Since', instant(found.startedAt)],
        ['Opened', instant(found.openedAt)],
        ['By', who(names, found.openedBy)],
        ['Seen to by', owner?.email ?? 'nobody'],
        ['Closed', found.closedAt && instant(found.closedAt)],
        ['So that it does not happen again', found.correctiveAction],
        ['Reached', reached(reach)],
        ['Counted', reach && instant(reach.countedAt)],
      ),
      reach?.mostReached.length > 0 &&
        table(
          [
            ['Most reached', ({ customer }) => h('a', { href: `#/customers/${customer.id}` }, customer.name)],
            ['Answers', ({ answers }) => number(answers), 'number'],
          ],
          reach.mostReached,
        ),
      mayChange && [
        owner?.id !== viewer.staff.id &&
          act('I see to it', async () => {
            await api.act('IncidentUpdate', { ownerId: viewer.staff.id }, { id });
            await reload();
          }),
        updating({ api, found, reload }),
        closing({ api, id, reload }),
      ],
    ),
    breachPanel({ api, found, names, mayChange, wasTold: notices.first.totalCount > 0, reload }),
    await noticesPanel({ api, viewer, found, notices, reload }),
    panel('What happened', timeline),
  );
}

const updating = ({ api, found, reload }) =>
  unfold(
    'Say what is known now',
    form({
      action: 'Save it',
      fields: [
        field('What was found or done, without personal data', {
          name: 'note',
          minlength: 3,
          maxlength: 2000,
        }),
        field('How bad', null, choice('severity', severities, found.severity)),
        field('It began, in UTC', {
          name: 'startedAt',
          type: 'datetime-local',
          value: found.startedAt.slice(0, 16),
        }),
      ],
      submit: async ({ note, severity, startedAt }) => {
        const input = {
          ...(note && { note }),
          ...(severity !== found.severity && { severity }),
          ...(startedAt !== found.startedAt.slice(0, 16) && { startedAt: utc(startedAt) }),
        };
        if (Object.keys(input).length === 0) throw new Error('Nothing would change.');
        await api.act('IncidentUpdate', input, { id: found.id });
        await reload();
      },
    }),
  );
