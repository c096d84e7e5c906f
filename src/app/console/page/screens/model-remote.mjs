/** A model that somebody else runs, made a version here: asked by its server's protocol, for what its owner asks. */
import { choice, field, form, h, unfold } from '../dom.mjs';
import { words } from '../format.mjs';

const PROTOCOLS = [
  ['OPENAI', 'OpenAI: writes texts, or makes vectors of them'],
  ['OPEN_INFERENCE', 'Open Inference: answers rows of numbers'],
];
const TASKS = ['TEXT_GENERATION', 'EMBEDDING'];
const PRICES = [
  ['request', 'of a request'],
  ['promptToken', 'of a token that is read'],
  ['completionToken', 'of a token that is written'],
  ['row', 'of a row'],
];

export function remoteModel(api) {
  const submit = async ({ modelName, protocol, url, model, secret, task, ...values }) => {
    const prices = Object.fromEntries(
      PRICES.flatMap(([name]) => (values[name] === '' ? [] : [[name, values[name]]])),
    );
    const remote = {
      protocol,
      url,
      model,
      ...(secret && { secret }),
      ...(protocol === 'OPENAI' && { task }),
      ...(Object.keys(prices).length > 0 && { prices }),
    };
    const { modelVersion } = await api.act('ModelImport', { modelName, remote });
    location.hash = `#/models/${modelVersion.id}`;
  };
  return unfold(
    'Add a model that somebody else runs',
    h(
      'p',
      { class: 'soft' },
      'What people ask of it leaves the house: it answers only who has agreed to remote processing.',
    ),
    form({
      action: 'Add it',
      submit,
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('Name of the model here', { name: 'modelName', required: true, maxlength: 100 }),
          field('How it is asked', null, choice('protocol', PROTOCOLS)),
          field(
            'OpenAI’s protocol: what it does',
            null,
            choice(
              'task',
              TASKS.map((task) => [task, words(task)]),
            ),
          ),
          field('Base URL of the server', {
            name: 'url',
            type: 'url',
            required: true,
            placeholder: 'https://…/v1',
          }),
          field('Name of the model there', { name: 'model', required: true, autocomplete: 'off' }),
          field('Bearer credential, sealed and never shown again', {
            name: 'secret',
            type: 'password',
            // The password of whoever is signed in does not belong here.
            autocomplete: 'new-password',
          }),
        ),
        h(
          'fieldset',
          null,
          h('legend', null, 'What its owner asks, in cents or the like; empty for nothing'),
          h(
            'div',
            { class: 'fields' },
            PRICES.map(([name, label]) =>
              field(label, { name, inputmode: 'decimal', pattern: '\\d+(\\.\\d+)?' }),
            ),
          ),
        ),
      ],
    }),
  );
}
