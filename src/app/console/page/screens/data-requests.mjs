/** What people asked about their own data: until when it is due, what is decided, and what was done, table by table. */
import { act, choice, field, form, h, panel, pill, table, unfold } from '../dom.mjs';
import { filtered } from '../filters.mjs';
import { day, instant, left, number, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { personAt } from './person.mjs';

const KINDS = ['ACCESS', 'PORTABILITY', 'RECTIFICATION', 'ERASURE', 'RESTRICTION', 'OBJECTION'];
const STATUSES = ['RECEIVED', 'IN_PROGRESS', 'DONE', 'REFUSED'];
/** How it can be made sure who asks, and what is noted by how they asked. */
const CHECKS = {
  KNOWN_CONTACT: 'a message to a contact known before was answered',
  KNOWLEDGE: 'they said what only the person knows',
  DOCUMENT: 'they showed a document',
  OTHER: 'another way, written down elsewhere',
};
const VERIFIED = {
  LOGIN: 'signed in when they asked',
  CONTROLLER: 'the customer asked, and vouches',
  ...CHECKS,
};
const BY_URGENCY = { field: 'DUE_AT', direction: 'ASC' };
const named = (names) => names.map((name) => [name, words(name)]);
/** What cannot be taken back is called what it is. */
const FULFIL = { ERASURE: 'Forget the person, for good' };

export async function dataRequests({ api, query, mayDecide, reload }) {
  const then = async (name, input) => {
    await api.act(name, input);
    await reload();
  };
  let isWhole = false;
  const list = await filtered({
    query,
    fields: [
      [
        'request',
        'State',
        [
          ['', 'open, most urgent first'],
          ['OVERDUE', 'overdue'],
          ['ANY', 'in any state'],
          ...named(STATUSES),
        ],
      ],
      ['asks', 'Asks for', [['', 'anything'], ...named(KINDS)]],
    ],
    load: async ({ request, asks }, after) => {
      isWhole = !request && !asks;
      const { orderBy, ...state } = stateOf(request);
      const filter = { ...state, ...(asks && { kind: asks }) };
      return (await api.ask('DataRequests', { filter, orderBy, after })).dataRequests;
    },
    show: async (nodes) => {
      const names = await namesOf(
        api,
        nodes.map(({ identityVerifiedBy }) => identityVerifiedBy),
      );
      return table(
        [
          ['Person', person],
          ['Asks for', ({ kind, details }) => [words(kind), details && h('p', { class: 'soft' }, details)]],
          ['Who asks', (request) => verified(request, names)],
          ['State', ({ status, isOverdue }) => pill(isOverdue ? 'overdue' : status, isOverdue ? 'bad' : '')],
          [
            'Due',
            ({ createdAt, dueAt, firstDueAt, closedAt, isOverdue }) => [
              day(dueAt),
              closedAt && h('p', { class: 'soft' }, `closed ${day(closedAt)}`),
              !closedAt && !isOverdue && [' ', pill(`${left(dueAt)} left`, isSoon(dueAt) ? 'warn' : '')],
              firstDueAt && h('p', { class: 'soft' }, `extended, at first ${day(firstDueAt)}`),
              h('p', { class: 'soft' }, `came ${day(createdAt)}`),
            ],
          ],
          ['What came of it', (request) => became(request)],
          [
            '',
            (request) =>
              mayDecide && [verifying(request, then), extending(request, then), decide(request, then)],
          ],
        ],
        nodes,
        isWhole ? 'Nothing waits to be answered.' : 'Nobody asked for anything of the kind.',
      );
    },
  });
  return panel('Requests about personal data', list);
}

const person = ({ endUser, customer }) => [
  endUser && customer && !endUser.externalId.startsWith('erased:')
    ? h('a', { href: personAt(customer.id, endUser.externalId) }, endUser.externalId)
    : 'forgotten',
  customer && h('div', null, h('a', { class: 'soft', href: `#/customers/${customer.id}` }, customer.name)),
];

function stateOf(request) {
  switch (request) {
    case undefined:
      return { onlyOpen: true, orderBy: BY_URGENCY };
    case 'OVERDUE':
      return { onlyOverdue: true, orderBy: BY_URGENCY };
    case 'ANY':
      return {};
    default:
      return { status: request };
  }
}

const SOON_MS = 7 * 86_400_000;
const isSoon = (dueAt) => Date.parse(dueAt) - Date.now() < SOON_MS;

const verified = ({ identityVerification: how, identityVerifiedAt, identityVerifiedBy, endUser }, names) => [
  VERIFIED[how],
  h(
    'p',
    { class: 'soft' },
    day(identityVerifiedAt),
    ...(how === 'LOGIN' || identityVerifiedBy === endUser?.id ? [] : [', ', who(names, identityVerifiedBy)]),
  ),
];

const verifying = ({ id, closedAt }, then) =>
  !closedAt &&
  unfold(
    'Make sure otherwise',
    form({
      action: 'Record it',
      fields: field(
        'How it was made sure who asks',
        null,
        choice('method', Object.entries(CHECKS), 'KNOWN_CONTACT'),
      ),
      submit: ({ method }) => then('DataRequestVerifyIdentity', { id, method }),
    }),
  );

/** Once, and while there is time to tell the person of it. */
const extending = ({ id, closedAt, extendedAt, isOverdue }, then) =>
  !closedAt &&
  !extendedAt &&
  !isOverdue &&
  unfold(
    'It takes longer',
    form({
      action: 'Extend it',
      fields: [
        h(
          'p',
          { class: 'soft' },
          'Once, where it is complex or there are many. The person is to be told before it is due now.',
        ),
        field(
          'By',
          null,
          choice(
            'months',
            [
              ['1', 'one month'],
              ['2', 'two months'],
            ],
            '1',
          ),
        ),
        field('Why, as the person is told', {
          name: 'reason',
          required: true,
          minlength: 10,
          maxlength: 2000,
        }),
      ],
      submit: ({ months, reason }) => then('DataRequestExtend', { id, months: Number(months), reason }),
    }),
  );

/** What the person was told, what was done in which table, and what no erasure undoes. */
function became({ answer, extensionReason, outcome, copyUntil, affectedModelVersions }) {
  const some = outcome?.filter(({ rows }) => rows > 0) ?? [];
  const versions = affectedModelVersions.map(({ number: no, model }) => `${model.name} ${no}`).join(', ');
  const parts = [
    answer && h('p', null, answer),
    extensionReason && h('p', { class: 'soft' }, `Extended: ${extensionReason}`),
    copyUntil && h('p', { class: 'soft' }, `They can fetch their copy until ${instant(copyUntil)}`),
    some.length > 0 &&
      unfold(
        'Table by table',
        table(
          [
            ['What it holds', ({ holds }) => holds],
            ['', ({ action }) => words(action)],
            ['Rows', ({ rows }) => number(rows), 'number'],
            ['Kept', ({ kept }) => kept],
          ],
          some,
        ),
      ),
    versions && h('p', { class: 'soft' }, `Versions that saw it: ${versions}`),
  ].filter(Boolean);
  return parts.length > 0 ? parts : '–';
}

const decide = ({ id, kind, status, endUser, identityVerification: how }, then) => [
  endUser?.restrictedAt &&
    unfold(
      'Nothing of theirs is used',
      h('p', { class: 'soft' }, `Since ${instant(endUser.restrictedAt)}. They are to be told before it is.`),
      act('Let it be used again', () => then('RestrictionLift', { endUserId: endUser.id })),
    ),
  status === 'RECEIVED' && [
    unfold(
      'Fulfil',
      form({
        action: FULFIL[kind] ?? 'Fulfil it',
        fields: [
          how === 'LOGIN' &&
            kind === 'ERASURE' &&
            h(
              'p',
              { class: 'soft' },
              'All that says who asks is a token in a browser. Make sure, where there is doubt.',
            ),
          field('What the person is told', {
            name: 'answer',
            maxlength: 2000,
            required: kind === 'RECTIFICATION',
          }),
        ],
        submit: ({ answer }) => then('DataRequestFulfil', { id, ...(answer && { answer }) }),
      }),
    ),
    unfold(
      'Refuse',
      form({
        action: 'Refuse it',
        fields: field('Why, as the person is told', {
          name: 'reason',
          required: true,
          minlength: 10,
          maxlength: 2000,
        }),
        submit: ({ reason }) => then('DataRequestRefuse', { id, reason }),
      }),
    ),
  ],
];
