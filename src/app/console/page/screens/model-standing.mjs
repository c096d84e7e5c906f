/** What stands for a version: the card that somebody approved in their own words, and the name under which it is known best. */
import { facts, field, form, h, panel, pill, table, unfold } from '../dom.mjs';
import { instant } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { named } from './dataset-upload.mjs';

const CHAMPION = 'champion';
const area = (label, attributes) =>
  h(
    'label',
    { class: 'broad' },
    h('span', null, label),
    h('textarea', { class: 'prose', required: true, minlength: 10, maxlength: 4000, ...attributes }),
  );

export async function modelStanding({ api, version, may, reload }) {
  const { node } = await api.ask('ModelStanding', { id: version.id });
  const { card, model } = node;
  const moves = model.aliasHistory.nodes;
  const names = await namesOf(
    api,
    moves.map(({ by }) => by),
  );
  return [
    panel(
      ['Model card ', card.version === 0 ? pill('draft', 'warn') : pill(`approved, ${card.version}`, 'good')],
      facts(['Approved', card.approvedAt && instant(card.approvedAt)], ['By', card.approvedBy?.email]),
      unfold('Read it', h('pre', { class: 'prose' }, card.markdown)),
      may('model-card:approve') && !version.retirement && approval({ api, version, card, reload }),
    ),
    panel(
      [`Alias ${CHAMPION} `, model.alias?.id === version.id && pill('points here', 'good')],
      h('p', { class: 'soft' }, pointing(model.alias)),
      moves.length > 0 &&
        table(
          [
            ['Since', ({ at }) => instant(at)],
            [
              'Version',
              (move) =>
                move.version &&
                h('a', { href: `#/models/${move.version.id}` }, `version ${move.version.number}`),
            ],
            ['Because', ({ reason }) => reason],
            ['By', ({ by }) => who(names, by)],
          ],
          moves,
        ),
      may('model:manage') && !version.retirement && aliasMove({ api, version, model, reload }),
    ),
  ];
}

const pointing = (alias) => (alias ? `It points at version ${alias.number}.` : 'It points nowhere.');

/** The card is read here, and approved as it was read: what changed meanwhile is a conflict. */
const approval = ({ api, version, card, reload }) =>
  unfold(
    'Approve it as it stands',
    form({
      action: 'Approve it',
      fields: [
        h(
          'p',
          { class: 'soft' },
          'Read it first: your name stands below it, and it never changes after that.',
        ),
        area('What it is for, and for whom', { name: 'intendedUse' }),
        area('Where it ends, and what it must not be used for', { name: 'limits' }),
      ],
      submit: async (words) => {
        await api.act('ModelCardApprove', {
          modelVersionId: version.id,
          expectedVersion: card.version,
          ...words,
        });
        await reload();
      },
    }),
  );

const aliasMove = ({ api, version, model, reload }) =>
  unfold(
    'Point an alias at this version',
    form({
      action: 'Point it here',
      fields: h(
        'div',
        { class: 'fields' },
        field('Alias', { name: 'alias', required: true, value: CHAMPION, maxlength: 100 }),
        field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
        field('Ids of what speaks for it', { name: 'evidence', placeholder: version.trainingJob?.id ?? '' }),
      ),
      submit: async ({ alias, reason, evidence }) => {
        const evidenceIds = named(evidence);
        await api.act('ModelAliasMove', {
          modelId: model.id,
          alias,
          versionId: version.id,
          reason,
          ...(evidenceIds.length > 0 && { evidenceIds }),
          // Only of this one the page says where it points.
          ...(alias === CHAMPION && { expectedVersionId: model.alias?.id ?? null }),
        });
        await reload();
      },
    }),
  );
