/** One request as a program would send it, its answer, and what it cost; with a thumb up or down as people give it. */
import { choice, everyPage, field, form, h, panel } from '../dom.mjs';
import { number, words } from '../format.mjs';
import { parsed } from '../json.mjs';
import { answerText, costOf, judging } from './answer.mjs';
import { exampleText } from './example-row.mjs';
import { written, writingFields } from './try-text.mjs';

export async function tryIt({ api }) {
  const all = await everyPage(async (after) => (await api.ask('DeploymentChoices', { after })).deployments);
  const deployments = all.filter(({ routes }) => routes.length > 0);
  if (deployments.length === 0) return panel('Nothing is deployed that you may ask.');
  const byName = new Map(deployments.map((one) => [one.name, one]));
  const fields = h('div', { class: 'stack' });
  const answer = h('div', { 'aria-live': 'polite' });
  const fill = (name) =>
    fields.replaceChildren(...(writes(byName.get(name)) ? writingFields() : rowFields(byName.get(name))));
  const which = choice(
    'deployment',
    deployments.map((one) => [one.name, `${one.name}, ${words(taskOf(one))}`]),
    deployments[0].name,
    {
      change: () => {
        answer.replaceChildren();
        fill(which.value);
      },
    },
  );
  fill(which.value);
  return h(
    'div',
    null,
    h('h1', null, 'Try it'),
    panel(
      null,
      form({
        action: 'Ask',
        fields: [field('Model', null, which), fields],
        submit: (values) =>
          writes(byName.get(values.deployment))
            ? written({ api, values, answer })
            : predicted({ api, values, answer }),
      }),
    ),
    answer,
  );
}

const taskOf = ({ routes }) => routes[0].version.model.task;
const writes = (deployment) => taskOf(deployment) === 'TEXT_GENERATION';

const rowFields = ({ routes }) => [
  h(
    'label',
    { class: 'broad' },
    h('span', null, 'Rows, as JSON'),
    h('textarea', {
      name: 'rows',
      required: true,
      spellcheck: 'false',
      value: exampleText(routes[0].version.signature.inputs),
    }),
  ),
];

async function predicted({ api, values: { deployment, rows }, answer }) {
  const asked = { deployment, rows: parsed(rows, 'The rows are') };
  const { inference, feedbackToken } = await api.act('Predict', asked);
  answer.replaceChildren(
    panel(
      'Answer',
      h('pre', null, answerText(inference.outputs)),
      h(
        'p',
        { class: 'soft' },
        `${number(inference.totalMs)} ms, ${costOf(inference)}. `,
        inference.disclosure.statement,
      ),
      judging(api, feedbackToken, ['It is right', 'It is wrong']),
    ),
  );
}
