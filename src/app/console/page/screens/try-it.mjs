/** One request as a program would send it, its answer, and what it cost; with a thumb up or down as people give it. */
import { act, choice, everyPage, field, form, h, panel } from '../dom.mjs';
import { instant, number, words } from '../format.mjs';
import { followed } from '../job.mjs';
import { parsed } from '../json.mjs';
import { answerText, costOf, judging } from './answer.mjs';
import { exampleText } from './example-row.mjs';
import { explaining } from './explanation.mjs';
import { areSingle, canSay, rowFields } from './row-fields.mjs';
import { continued, writingFields } from './try-text.mjs';

export async function tryIt({ api }) {
  const all = await everyPage(async (after) => (await api.ask('DeploymentChoices', { after })).deployments);
  const deployments = all.filter(({ routes }) => routes.length > 0);
  if (deployments.length === 0)
    return panel(
      'Nothing is deployed that you may ask.',
      h(
        'p',
        { class: 'soft' },
        'Your plan may leave models out: ',
        h('a', { href: '#/plans' }, 'to the plans'),
      ),
    );
  const byName = new Map(deployments.map((one) => [one.name, one]));
  // A picture as numbers is no first impression.
  const { name: first } =
    deployments.find((one) => writes(one) || areSingle(inputsOf(one))) ?? deployments[0];
  const fields = h('div', { class: 'stack' });
  const answer = h('div', { 'aria-live': 'polite' });
  let written;
  const fill = (name) => {
    const one = byName.get(name);
    written = writes(one) ? null : rows(one);
    fields.replaceChildren(...(written ? [written.element, hurry()] : writingFields()));
  };
  const which = choice(
    'deployment',
    deployments.map((one) => [one.name, `${one.name}, ${words(taskOf(one))}`]),
    first,
    {
      change: () => {
        answer.replaceChildren();
        fill(which.value);
      },
    },
  );
  fill(first);
  return h(
    'div',
    null,
    h('h1', null, 'Try it'),
    panel(
      null,
      form({
        action: 'Ask',
        loses: 'nothing',
        fields: [field('Model', null, which), fields],
        submit: (values) =>
          written
            ? asked({ api, one: byName.get(values.deployment), values, rows: written.read(), answer })
            : continued({ api, values, answer }),
      }),
    ),
    answer,
  );
}

const taskOf = ({ routes }) => routes[0].version.model.task;
const inputsOf = ({ routes }) => routes[0].version.signature.inputs;
const writes = (deployment) => taskOf(deployment) === 'TEXT_GENERATION';

const hurry = () =>
  field(
    'Answer it',
    null,
    choice('when', [
      ['NOW', 'at once'],
      ['STANDARD', 'in its turn: it is stored, and not lost'],
      ['ECONOMY', 'when it is quiet, within an hour, at the economy price'],
    ]),
  );

/** One row in fields, or as many as somebody writes; what is no single value is always written. */
function rows(deployment) {
  const inputs = inputsOf(deployment);
  const place = h('div', { class: 'stack' });
  const filled = (row) => {
    const written = rowFields(inputs, row);
    const other = () => asText(written.read());
    place.replaceChildren(written.element, h('p', null, act('Write rows as JSON', other)));
    read = () => written.read();
  };
  const asText = (row) => {
    const text = h('textarea', {
      name: 'rows',
      required: true,
      rows: 14,
      spellcheck: 'false',
      value: exampleText(inputs, row),
    });
    const said = () => parsed(text.value, 'The rows are');
    const other = () => {
      const [first] = [said()].flat();
      if (!canSay(inputs, first)) throw new Error('Fields cannot say this row.');
      filled(first);
    };
    place.replaceChildren(
      h('label', { class: 'broad' }, h('span', null, 'Rows, as JSON'), text),
      ...(areSingle(inputs) ? [h('p', null, act('Fill in one row', other))] : []),
    );
    read = said;
  };
  let read;
  if (areSingle(inputs)) filled();
  else asText();
  return { element: place, read: () => read() };
}

async function asked({ api, one, values: { deployment, when }, rows, answer }) {
  const order = { deployment, rows };
  const then = (told) => answer.replaceChildren(panel('Answer', told, explaining(api, taskOf(one), order)));
  if (when === 'NOW') {
    const { inference, feedbackToken } = await api.act('Predict', order);
    then(answered(api, inference, inference.outputs, feedbackToken));
    return;
  }
  const { prediction } = await api.act('PredictionCreate', { ...order, serviceClass: when });
  const progress = h('div');
  const by = prediction.completeBy && ` It is answered by ${instant(prediction.completeBy)} at the latest.`;
  answer.replaceChildren(
    panel('Stored', h('p', { class: 'soft' }, 'It is answered also if you leave this page.', by), progress),
  );
  if (!(await followed(api, prediction.job.id, progress))) return;
  const { node } = await api.ask('Prediction', { id: prediction.id });
  then(answered(api, node.inference, node.outputs, node.feedbackToken));
}

const answered = (api, inference, outputs, feedbackToken) => [
  h('pre', null, answerText(outputs)),
  h(
    'p',
    { class: 'soft' },
    `${number(inference.totalMs)} ms, ${costOf(inference)}. `,
    inference.disclosure.statement,
  ),
  judging(api, feedbackToken, ['It is right', 'It is wrong']),
];
