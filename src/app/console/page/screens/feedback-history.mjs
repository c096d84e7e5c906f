/** What happened to one piece of feedback, and what each step changed, in words and names. */
import { h, pages, table } from '../dom.mjs';
import { instant, personName, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';

const PROPERTIES = {
  status: 'Status',
  severity: 'Severity',
  dueAt: 'Due',
  tags: 'Tags',
  assigneeId: 'Assigned to',
  lockedById: 'Held by',
  lockedUntil: 'Held until',
  mergedIntoId: 'Stands for it',
  link: 'Led to',
  fixed: 'An answer whether it is mended',
  score: 'A score',
  text: 'Words',
  correction: 'A correction',
  withdrawnAt: 'Taken back',
};

/** The newest first. */
export function history({ api, item: { id, history: newest, endUser } }) {
  return pages(
    async (after) => (after ? (await api.ask('FeedbackHistory', { id, after })).node.history : newest),
    (nodes) => steps(api, nodes, endUser),
  );
}

async function steps(api, nodes, endUser) {
  const changed = nodes.flatMap(({ changes }) => Object.values(changes).flat());
  const names = await namesOf(api, [...nodes.map(({ by }) => by), ...changed]);
  if (endUser) names.set(endUser.id, personName(endUser));
  return table(
    [
      ['When', ({ at }) => instant(at)],
      ['Who', ({ by }) => who(names, by)],
      ['What', ({ kind }) => words(kind)],
      [
        'Changes',
        ({ changes, note }) => [
          note && h('p', null, note),
          Object.entries(changes).map(([property, [before, after]]) =>
            h(
              'div',
              null,
              `${PROPERTIES[property] ?? property}: `,
              said(names, property, before),
              ' → ',
              said(names, property, after),
            ),
          ),
        ],
      ],
    ],
    nodes,
  );
}

/** Of what a person can take back it is kept only whether it was there. */
function said(names, property, value) {
  if (value === null || value.length === 0) return 'none';
  if (typeof value === 'boolean') return value ? 'there' : 'none';
  if (Array.isArray(value)) return value.join(', ');
  if (property === 'status') return words(value);
  if (property === 'mergedIntoId') return h('a', { href: `#/feedback/${value}` }, 'another one');
  if (property.endsWith('At') || property.endsWith('Until')) return instant(value);
  return typeof value === 'string' ? who(names, value) : String(value);
}
