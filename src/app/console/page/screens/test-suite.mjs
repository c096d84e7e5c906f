/** One suite: how runs are judged and what must be so about which answers, and both changed by whoever may. */
import { act, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, share } from '../format.mjs';
import { signatureOf } from './case-form.mjs';
import { checkSaid, rowSaid } from './case-words.mjs';
import { casesEditor } from './cases-editor.mjs';
import { gateField, runsTable } from './test-suites.mjs';

export async function testSuite({ api, params, viewer, reload }) {
  const { node: suite } = await api.ask('TestSuite', { id: params.id });
  if (!suite?.cases) return panel('There is no such suite.', h('a', { href: '#/suites' }, 'To the suites'));
  const runs = await pages(
    async (after) => (await api.ask('TestRuns', { filter: { suiteId: suite.id }, after })).testRuns,
    runsTable,
  );
  const mayChange = viewer.permissions.includes('feature-test:manage');
  const change = async (input) => {
    // Whoever changed it meanwhile is not overruled unseen.
    await api.act('TestSuiteChange', { id: suite.id, expectedNumber: suite.number, ...input });
    await reload();
  };
  const editor = mayChange && casesEditor(change, await signatureOf(api, suite.model.id));
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/suites' }, 'Test suites')),
    h('h1', null, suite.name),
    suite.description && h('p', { class: 'soft' }, suite.description),
    panel(
      null,
      facts(
        ['Model', suite.model?.name],
        ['The gate', suite.isRequired ? 'asks for a run that passed' : 'does not ask for it'],
        [
          'Must pass',
          suite.requiredPassRate === null ? 'every case, or no loss' : share(suite.requiredPassRate),
        ],
        ['May pass fewer than its baseline by', share(suite.margin)],
        ['Revision', suite.number],
        ['Changed', day(suite.updatedAt)],
      ),
      h('p', { class: 'soft' }, 'A version is held against it on the version’s own page.'),
      mayChange && judging(suite, change),
    ),
    panel('Runs', runs),
    panel('Cases', editor?.element, table(columns(editor, change), suite.cases)),
  );
}

const columns = (editor, change) => [
  [
    'Case',
    ({ key, mustPass }) => [h('span', { class: 'whole' }, key), mustPass && [' ', pill('must pass', 'warn')]],
  ],
  ['Row', ({ input }) => h('div', { class: 'long' }, rowSaid(input))],
  ['What must be so', ({ checks }) => checks.map((check) => h('div', null, checkSaid(check)))],
  ['Tags', ({ tags }) => tags.join(', ')],
  ...(editor
    ? [
        [
          '',
          (one) =>
            h(
              'div',
              { class: 'row' },
              h('button', { type: 'button', click: () => editor.show(one) }, 'Change'),
              act('Take away', () => change({ remove: [one.key] })),
            ),
        ],
      ]
    : []),
];

const judging = (suite, change) =>
  unfold(
    'Change how runs are judged',
    form({
      action: 'Save it',
      fields: h(
        'div',
        { class: 'fields' },
        field('About', { name: 'description', value: suite.description ?? '', maxlength: 2000 }),
        field('Share of cases that must pass, empty for every case', {
          name: 'requiredPassRate',
          inputmode: 'decimal',
          value: suite.requiredPassRate ?? '',
        }),
        field('Share by which it may pass fewer than its baseline', {
          name: 'margin',
          inputmode: 'decimal',
          required: true,
          value: suite.margin,
        }),
        gateField(suite.isRequired),
      ),
      submit: ({ description, requiredPassRate, margin, isRequired }) =>
        change({
          ...(description !== (suite.description ?? '') && { description }),
          requiredPassRate: requiredPassRate === '' ? null : Number(requiredPassRate),
          margin: Number(margin),
          isRequired: isRequired === 'yes',
        }),
    }),
  );
