/** What uses of models may do to people: what was assessed, what is to be done about it, and what is assessed anew. */
import { facts, field, form, h, panel, pill, table, unfold, until } from '../dom.mjs';
import { day, instant, words } from '../format.mjs';
import { assessing, FUNCTIONS } from './assessment-form.mjs';

const MOODS = { HIGH: 'bad', PROHIBITED: 'bad', OVERDUE: 'bad' };

export const assessments = async ({ listed, mayAssess }) =>
  panel(
    'What models may do to people',
    mayAssess && h('p', null, h('a', { href: '#/compliance/uses/new' }, 'Assess a use')),
    await listed('ImpactAssessments', 'impactAssessments', (nodes) =>
      table(
        [
          [
            'Use',
            ({ id, use, purpose }) => [
              h('a', { href: `#/compliance/uses/${id}` }, use),
              h('br'),
              h('span', { class: 'soft' }, purpose),
            ],
          ],
          ['Model', ({ model }) => model.name],
          [
            'Tier',
            ({ tier, reasons }) => h('span', { title: because(reasons) }, pill(tier, MOODS[tier] ?? '')),
          ],
          ['', ({ standing }) => pill(standing, MOODS[standing] ?? '')],
          ['Review by', ({ reviewBy }) => day(reviewBy)],
          [
            'Open actions',
            ({ actions }) => actions.nodes.filter(({ closedAt }) => !closedAt).length,
            'number',
          ],
        ],
        nodes,
        'No use was assessed yet.',
      ),
    ),
  );

const because = (reasons) => reasons.map(({ article, says }) => `${article}: ${says}`).join('\n');

export async function assessment({ api, params, viewer, reload }) {
  const { node: one } = await api.ask('ImpactAssessment', { id: params.id });
  if (!one) return panel('There is no such assessment.', h('a', { href: '#/compliance' }, 'To compliance'));
  const mayAssess = viewer.permissions.includes('impact:assess');
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/compliance' }, 'Compliance')),
    h('h1', null, one.use),
    panel(
      [pill(one.tier, MOODS[one.tier]), ' ', pill(one.standing, MOODS[one.standing])],
      h('p', null, one.purpose),
      facts(
        ['Model', one.model?.name],
        ['Assessment', one.number],
        ['Made', `${instant(one.assessedAt)}${one.assessedBy ? ` by ${one.assessedBy.email}` : ''}`],
        ['Answers for it', one.owner?.email],
        ['Affects', one.affected],
        ['Review by', day(one.reviewBy)],
        ['Overseen', one.humanOversight],
        ...Object.entries(FUNCTIONS).map(([name, label]) => [label.split(':')[0], one.functions[name]]),
      ),
      one.reasons.map(({ article, says }) => h('p', { class: 'soft' }, `${article}: ${says}`)),
    ),
    panel(
      'Harms that are seen',
      table(
        [
          ['What may happen', ({ harm }) => harm],
          ['To whom', ({ affects }) => affects],
          ['Likely', ({ likelihood }) => words(likelihood)],
          ['How bad', ({ severity }) => words(severity)],
          ['What is done', ({ mitigation }) => mitigation],
        ],
        one.risks,
      ),
    ),
    panel(
      'To be done',
      table(
        [
          ['What', ({ title }) => title],
          ['Until', ({ dueAt, closedAt }) => until(dueAt, !closedAt)],
          [
            '',
            (action) =>
              action.closedAt
                ? [pill('done', 'good'), ' ', action.outcome]
                : mayAssess && closing({ api, action, reload }),
          ],
        ],
        one.actions.nodes,
        'Nothing.',
      ),
    ),
    mayAssess && !one.supersededAt && panel('Assess it anew', await assessing({ api, before: one })),
  );
}

const closing = ({ api, action: { id }, reload }) =>
  unfold(
    'It is done',
    form({
      action: 'Close it',
      fields: field('What came of it, without personal data', {
        name: 'outcome',
        required: true,
        minlength: 3,
        maxlength: 2000,
      }),
      submit: async ({ outcome }) => {
        await api.act('ImpactActionClose', { id, outcome });
        await reload();
      },
    }),
  );

export const newAssessment = async ({ api }) =>
  h(
    'div',
    null,
    h('p', null, h('a', { href: '#/compliance' }, 'Compliance')),
    h('h1', null, 'Assess a use'),
    panel(null, await assessing({ api, before: null })),
  );
