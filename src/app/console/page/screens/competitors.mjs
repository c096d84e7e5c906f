/** Competitors that are looked for in what people say: who names them, and by which words they are found. */
import { act, field, form, panel, table, unfold } from '../dom.mjs';
import { listOf, orderKeys } from '../edits.mjs';
import { money, number } from '../format.mjs';

/** @param mentions who named which; @param watched those that are looked for, which may be changed by who `manages`. */
export function competitors({ api, mentions, watched, manages, reload }) {
  const then = async (name, input, more) => {
    await api.act(name, input, more);
    await reload();
  };
  return panel(
    'Competitors that people name',
    table(
      [
        ['Competitor', ({ competitor }) => competitor.name],
        ['Named in', ({ total }) => number(total.feedback), 'number'],
        ['By customers', ({ total }) => number(total.customers), 'number'],
        ['Who pay a month', ({ total }) => money(total.monthlyRevenue), 'number'],
        ['Leaning, −1 to 1', ({ total }) => number(total.sentiment), 'number'],
      ],
      mentions,
      'None is watched for, or nobody named any.',
    ),
    manages && unfold('Look for another one', adding({ then })),
    manages && watched.map((one) => unfold(`Change ${one.name}`, changing({ one, then }))),
  );
}

const names = ({ name = '', aliases = [] } = {}) => [
  field('Name', { name: 'name', required: true, minlength: 2, maxlength: 60, value: name }),
  field('How else people call it, with commas between', { name: 'aliases', value: aliases.join(', ') }),
];

function adding({ then }) {
  const keyed = orderKeys();
  return form({
    action: 'Look for it',
    fields: names(),
    submit: ({ name, aliases }) => then('CompetitorCreate', keyed({ name, aliases: listOf(aliases) })),
  });
}

const changing = ({ one, then }) => [
  form({
    action: 'Change its names',
    fields: names(one),
    submit: ({ name, aliases }) =>
      then(
        'CompetitorUpdate',
        { name, aliases: listOf(aliases), expectedVersion: one.version },
        { id: one.id },
      ),
  }),
  act('Look for it no more', () => then('CompetitorRemove', { id: one.id })),
];
