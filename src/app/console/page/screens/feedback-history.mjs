/** What happened to one piece of feedback, and what each step changed, in words and names. */
import { h, table } from '../dom.mjs';
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
export async function history({ api, item: { history, endUser } }) {
  const steps = history.nodes;
  const changed = steps.flatMap(({ changes }) => Object.values(changes).flat());
  const names = await namesOf(api, [...steps.map(({ by }) => by), ...changed]);
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
    steps,
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
