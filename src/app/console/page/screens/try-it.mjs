/** One request as a program would send it, its answer, and what it cost; with a thumb up or down as people give it. */
import { act, choice, everyPage, field, form, h, panel } from '../dom.mjs';
import { number } from '../format.mjs';
import { parsed } from '../json.mjs';
import { exampleText } from './example-row.mjs';

export async function tryIt({ api }) {
  const all = await everyPage(async (after) => (await api.ask('DeploymentChoices', { after })).deployments);
  // What writes texts takes no rows.
  const deployments = all.filter(({ routes }) => routes[0]?.version.model.task !== 'TEXT_GENERATION');
  const answer = h('div');
  const show = ({ inference, feedbackToken }) => {
    const say = async (score) => {
      await api.act('FeedbackSubmit', { feedbackToken, kind: 'THUMBS', score });
      said.textContent = 'Thank you.';
    };
    const said = h('span', { class: 'soft', role: 'status' });
    answer.replaceChildren(
      panel(
        'Answer',
        h('pre', null, JSON.stringify(inference.outputs, null, 2)),
        h(
          'p',
          { class: 'soft' },
          `${number(inference.totalMs)} ms, ${inference.priceExact} of your plan’s smallest unit. ${inference.disclosure.statement}`,
        ),
        h(
          'p',
          null,
          act('It is right', () => say(1)),
          ' ',
          act('It is wrong', () => say(0)),
          ' ',
          said,
        ),
      ),
    );
  };
  if (deployments.length === 0) return panel('Nothing is deployed that you may ask.');
  const rows = h('textarea', { name: 'rows', required: true, spellcheck: 'false' });
  const fill = (name) => (rows.value = exampleText(inputsOf(deployments.find((one) => one.name === name))));
  fill(deployments[0].name);
  return h(
    'div',
    null,
    h('h1', null, 'Try it'),
    panel(
      null,
      form({
        action: 'Ask',
        fields: [
          field(
            'Model',
            null,
            choice(
              'deployment',
              deployments.map(({ name }) => [name, name]),
              deployments[0].name,
              { change: ({ target }) => fill(target.value) },
            ),
          ),
          h('label', { class: 'broad' }, h('span', null, 'Rows, as JSON'), rows),
        ],
        submit: async ({ deployment, rows: text }) =>
          show(await api.act('Predict', { deployment, rows: parsed(text, 'The rows are') })),
      }),
    ),
    answer,
  );
}

const inputsOf = ({ routes }) => routes[0]?.version.signature.inputs ?? [];
