/** A model that was trained elsewhere, made a version here of the files that the browser sends. */
import { choice, field, form, h, unfold } from '../dom.mjs';
import { words } from '../format.mjs';
import { named } from './dataset-upload.mjs';

const TASKS = ['TABULAR_CLASSIFICATION', 'TABULAR_REGRESSION', 'IMAGE_CLASSIFICATION', 'EMBEDDING'];

export function modelImport(api) {
  const sent = h('p', { class: 'soft', role: 'status' });
  const submit = async (wish, all) => {
    const { modelName, task, labels, threshold, inputNames, inputShape, outputNames } = wish;
    const files = [];
    for (const file of all('files')) {
      sent.textContent = `${file.name} is sent…`;
      files.push({ name: file.name, uploadId: await api.upload(file) });
    }
    sent.textContent = 'It is tried on the engine…';
    try {
      const artefact = {
        files,
        task,
        ...(labels && { labels: named(labels) }),
        ...(threshold && { threshold: Number(threshold) }),
        ...(inputNames && { inputNames: named(inputNames) }),
        ...(outputNames && { outputNames: named(outputNames) }),
        ...(inputShape && { inputShape: named(inputShape).map(Number) }),
      };
      const { modelVersion } = await api.act('ModelImport', { modelName, artefact });
      location.hash = `#/models/${modelVersion.id}`;
    } finally {
      sent.textContent = '';
    }
  };
  return unfold(
    'Import a model that was trained elsewhere',
    h(
      'p',
      { class: 'soft' },
      'All files of one model: model.json and its shards of TensorFlow.js or Keras, or one ONNX file.',
    ),
    form({
      action: 'Import it',
      submit,
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('Files', { name: 'files', type: 'file', multiple: true, required: true }),
          field('Name of the model here', { name: 'modelName', required: true, maxlength: 100 }),
          field(
            'For',
            null,
            choice(
              'task',
              TASKS.map((task) => [task, words(task)]),
              TASKS[0],
            ),
          ),
          field('Classes in the order of its answers', { name: 'labels', placeholder: 'no, yes' }),
          field('Of one probability: from which on the last class is said', {
            name: 'threshold',
            placeholder: '0.5',
          }),
          field('Outputs that are served, unless all are', {
            name: 'outputNames',
            placeholder: 'probabilities',
          }),
          field('Names of the numbers of a row', { name: 'inputNames', placeholder: 'age, income' }),
          field('Shape of a row, where it is open', { name: 'inputShape', placeholder: '28, 28, 1' }),
        ),
        sent,
      ],
    }),
  );
}
