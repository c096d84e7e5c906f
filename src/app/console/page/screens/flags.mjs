/** Feature flags: what waits for a second pair of eyes, what should be removed, and one flag with all that happened to it. */
import { act, choice, everyPage, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { differences } from '../edits.mjs';
import { instant, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { flagArchiving, flagEditor, flagMaking } from './flag-editor.mjs';

const value = (of) => h('code', null, JSON.stringify(of));

export async function flags({ api, viewer, reload }) {
  const mayChange = viewer.permissions.includes('feature-test:manage');
  const [waiting, list] = await Promise.all([
    everyPage(async (after) => (await api.ask('FlagChanges', { after })).flagChangeRequests),
    pages(
      async (after) => (await api.ask('Flags', { after })).featureFlags,
      (nodes) =>
        table(
          [
            ['Flag', ({ key }) => h('a', { href: `#/flags/${encodeURIComponent(key)}` }, key)],
            ['Type', ({ type }) => words(type)],
            ['On in', ({ environments }) => where(environments)],
            ['Review', ({ requiresReview }) => (requiresReview ? pill('required') : '–')],
            ['Changed', ({ updatedAt }) => instant(updatedAt)],
            [
              'Remove it?',
              ({ stale }) => (stale ? h('span', { title: stale.detail }, pill(stale.reason, 'warn')) : '–'),
            ],
          ],
          nodes,
          'There is no flag yet. Each feature test makes one, and so can you.',
        ),
    ),
  ]);
  const names = await namesOf(
    api,
    waiting.map(({ by }) => by),
  );
  const archived = h('div');
  const show = async () => {
    const gone = async (after) =>
      (await api.ask('Flags', { filter: { archived: true }, after })).featureFlags;
    archived.replaceChildren(
      await pages(gone, (nodes) =>
        table(
          [
            ['Flag', ({ key }) => h('a', { href: `#/flags/${encodeURIComponent(key)}` }, key)],
            ['Archived', ({ updatedAt }) => instant(updatedAt)],
          ],
          nodes,
          'None.',
        ),
      ),
    );
  };
  archived.append(act('Show them', show));
  return h(
    'div',
    null,
    h('h1', null, 'Flags'),
    waiting.length > 0 &&
      panel(
        'Changes that wait for somebody else',
        waiting.map((request) => change({ api, request, names, mayChange, viewer, reload })),
      ),
    panel(null, mayChange && flagMaking({ api }), list),
    panel(null, unfold('Archived ones', archived)),
  );
}

const where = (environments) =>
  environments
    .filter(({ enabled }) => enabled)
    .map(({ environment }) => words(environment))
    .join(', ') || 'nowhere';

/** Nobody approves what they asked for themselves: the service refuses it, and the buttons are not shown. */
function change({ api, request, names, mayChange, viewer, reload }) {
  const isOwn = request.by === viewer.staff.id;
  const mayDecide = mayChange && !isOwn;
  const { id, flag, reason, by, createdAt, changes, unreviewedChanges } = request;
  const then = async (name, input) => {
    await api.act(name, { id, ...input });
    await reload();
  };
  return h(
    'div',
    { 'data-row': id },
    flag && h('h3', null, h('a', { href: `#/flags/${encodeURIComponent(flag.key)}` }, flag.key)),
    h('p', null, reason),
    h('p', { class: 'soft' }, who(names, by), `, ${instant(createdAt)}`),
    differences(changes),
    unreviewedChanges.length > 0 && [
      h('p', null, 'Changed without review while it was off, and in force with it:'),
      differences(unreviewedChanges),
    ],
    mayChange &&
      isOwn &&
      h(
        'p',
        null,
        act('Take it back', () => then('FlagChangeWithdraw', {})),
      ),
    mayDecide && [
      h(
        'p',
        null,
        act('Approve', () => then('FlagChangeApprove', {}), { class: 'main' }),
      ),
      unfold(
        'Reject',
        form({
          action: 'Reject it',
          fields: field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
          submit: (input) => then('FlagChangeReject', input),
        }),
      ),
    ],
  );
}

export async function flag({ api, params, viewer, reload }) {
  const { featureFlag: found } = await api.ask('Flag', { key: params.key });
  if (!found) return panel('There is no such flag.', h('a', { href: '#/flags' }, 'To the flags'));
  const mayChange = viewer.permissions.includes('feature-test:manage');
  const waiting = found.changeRequests.nodes;
  const revisions = found.revisions.nodes;
  const names = await namesOf(api, [
    ...waiting.map(({ by }) => by),
    ...revisions.flatMap(({ by, changeRequest }) => [by, changeRequest?.decidedBy]),
  ]);
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/flags' }, 'Flags')),
    h('h1', null, found.key, ' ', found.archivedAt && pill('archived')),
    found.stale && h('p', { class: 'soft' }, pill(found.stale.reason, 'warn'), ' ', found.stale.detail),
    panel(
      'Now',
      facts(
        ['Type', words(found.type)],
        ['Default', value(found.defaultValue)],
        ['On in', where(found.environments)],
        ['Requires', links(found.prerequisites.map(({ flag: of }) => of))],
        ['Required by', links(found.requiredBy)],
        ['Changes in production', found.requiresReview ? 'reviewed by somebody else' : 'not reviewed'],
        ['Meant to stay', found.permanent ? 'yes' : null],
        ['Schema of its values', found.valueSchema && value(found.valueSchema)],
        ['Revision', found.revision],
      ),
      table(
        [
          ['Whom', ({ condition }) => (condition ? value(condition) : 'everybody')],
          ['Gets', (rule) => value(rule.value)],
          ['Of them', ({ percentage }) => `${percentage ?? 100} %`, 'number'],
        ],
        found.rules,
        'No rule: everybody gets the default.',
      ),
      mayChange && [
        !found.archivedAt && [flagEditor({ api, found, reload }), switchOff({ api, found, reload })],
        flagArchiving({ api, found, reload }),
      ],
    ),
    waiting.length > 0 &&
      panel(
        'Waits for somebody else',
        waiting.map((request) => change({ api, request, names, mayChange, viewer, reload })),
      ),
    panel(
      'What changed',
      table(
        [
          ['', ({ revision }) => revision, 'number'],
          ['When', ({ at }) => instant(at)],
          ['Who', ({ by }) => who(names, by)],
          ['Why', ({ reason, emergency }) => [emergency && pill('emergency', 'bad'), ' ', reason]],
          ['What', ({ changes }) => changes.map(({ part }) => words(part)).join(', ') || '–'],
          ['Approved by', ({ changeRequest }) => (changeRequest ? who(names, changeRequest.decidedBy) : '–')],
        ],
        revisions,
      ),
    ),
  );
}

const links = (list) =>
  list.length > 0
    ? list.map(({ key }) => [h('a', { href: `#/flags/${encodeURIComponent(key)}` }, key), ' '])
    : null;

const switchOff = ({ api, found, reload }) =>
  unfold(
    'Switch it off at once',
    h(
      'p',
      { class: 'soft' },
      'Everybody gets the default; nobody has to approve it, and the reason is kept.',
    ),
    form({
      action: 'Switch off',
      fields: [
        field(
          'Where',
          null,
          choice(
            'environment',
            found.environments
              .filter(({ enabled }) => enabled)
              .map(({ environment }) => [environment, words(environment)]),
          ),
        ),
        field('Because', { name: 'reason', required: true, minlength: 10, maxlength: 1000 }),
      ],
      submit: async (input) => {
        await api.act('FlagSwitchOff', { id: found.id, ...input });
        await reload();
      },
    }),
  );
