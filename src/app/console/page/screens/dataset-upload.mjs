/** The ways by which data comes in: a file that the browser sends, and the corrections that reviewers accepted. */
import { checkboxes, choice, everyPage, field, form, h, panel, table, unfold } from '../dom.mjs';
import { words } from '../format.mjs';
import { followed } from '../job.mjs';

/** What is enough of a file to see its columns by. */
const HEAD_BYTES = 65_536;
const PURPOSES = ['TRAINING', 'ANALYTICS', 'FAIRNESS_MONITORING', 'REMOTE_PROCESSING', 'MARKETING'];
const RULES = [
  ['', 'by the value that plainly is yes'],
  ['EQUALS', 'yes is one certain value'],
  ['ABOVE_MEDIAN', 'yes is above the median'],
  ['CLASSES', 'every value is a class'],
];
/** How a refused row is told in the message of a job. */
const REFUSED = /line (\d+): (.*?)(?=; line \d+: |; and \d+ more|\. Correct them|$)/g;

export const named = (text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** @param name of the data set that gets the next version; a new one is named in the form. */
export function upload(api, name) {
  const progress = h('div');
  const columns = h('datalist', { id: 'columns' });
  const seen = h('p', { class: 'soft' });
  const look = async ({ target }) => {
    const [file] = target.files;
    const found = file ? columnsOf(await file.slice(0, HEAD_BYTES).text()) : [];
    columns.replaceChildren(...found.map((value) => h('option', { value })));
    seen.textContent = found.length > 0 ? `Its columns: ${found.join(', ')}` : '';
  };
  const send = async (values, all) => {
    progress.replaceChildren(h('p', { class: 'soft', role: 'status' }, 'The file is sent…'));
    try {
      const uploadId = await api.upload(values.file);
      const { job } = await api.act('DatasetUpload', inputOf(uploadId, values, all));
      const made = await followed(api, job.id, progress);
      if (made) location.hash = `#/data/versions/${made.id}`;
    } catch (error) {
      progress.replaceChildren(refusedRows(error.message));
      throw error;
    }
  };
  const order = form({
    action: 'Upload it',
    submit: send,
    fields: [
      h(
        'div',
        { class: 'fields' },
        field('CSV with a header line, or JSONL', {
          name: 'file',
          type: 'file',
          required: true,
          accept: '.csv,.tsv,.txt,.jsonl,.ndjson',
          change: look,
        }),
        field('Name of the data', { name: 'name', required: true, maxlength: 100, value: name ?? '' }),
        field('Column to learn', { name: 'label', required: true, list: 'columns' }),
        field('How it is read', null, choice('labelRule', RULES, '')),
        field('Value that counts as yes', { name: 'positive', placeholder: 'the one that plainly is' }),
        field('Columns by which fairness is judged', {
          name: 'protectedAttributes',
          placeholder: 'gender, race',
        }),
        field('Columns to leave out', { name: 'ignoredColumns', placeholder: 'name, id' }),
        field('Bad rows that may be left out', { name: 'maxBadRows', type: 'number', min: 0, value: '0' }),
      ),
      columns,
      seen,
      checkboxes(
        'What the people in it agreed to; none when it is about nobody',
        'consentScope',
        PURPOSES.map((purpose) => [purpose, words(purpose)]),
      ),
      checkboxes('Decimal commas', 'decimalComma', [['yes', 'numbers are written as 1.234,5']]),
      checkboxes('Equal rows', 'dropDuplicates', [['yes', 'keep the first only']]),
      progress,
    ],
  });
  return panel(name ? 'A next version' : 'Upload data', order);
}

function inputOf(uploadId, values, all) {
  const { name, label, labelRule, positive, maxBadRows } = values;
  return {
    uploadId,
    name,
    label,
    ...(labelRule && { labelRule }),
    ...(positive && { positive }),
    protectedAttributes: named(values.protectedAttributes),
    ignoredColumns: named(values.ignoredColumns),
    consentScope: all('consentScope'),
    decimalComma: all('decimalComma').length > 0,
    dropDuplicates: all('dropDuplicates').length > 0,
    maxBadRows: Number(maxBadRows),
  };
}

/** Rows by line and reason, where a refusal names some. */
function refusedRows(message) {
  const rows = [...message.matchAll(REFUSED)].map(([, line, reason]) => ({ line, reason }));
  if (rows.length === 0) return '';
  return table(
    [
      ['Line', ({ line }) => line, 'number'],
      ['Why it cannot be read', ({ reason }) => reason],
    ],
    rows,
  );
}

/** The names in a header line or in the first object: a help to whoever fills in the form; the service reads the file itself. */
function columnsOf(text) {
  const line = text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0];
  if (line.startsWith('{')) return keysOf(line);
  const separator = [',', ';', '\t'].reduce((best, one) =>
    line.split(one).length > line.split(best).length ? one : best,
  );
  return line.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

function keysOf(line) {
  try {
    return Object.keys(JSON.parse(line));
  } catch {
    return [];
  }
}

/** Accepted corrections as a version of data, alone or behind the rows of an upload. */
export async function gather(api) {
  const [models, known] = await Promise.all([
    everyPage(async (after) => (await api.ask('ModelNames', { after })).models),
    everyPage(async (after) => (await api.ask('Datasets', { after })).datasets),
  ]);
  const bases = known.flatMap(({ name, versions }) =>
    versions.nodes.map(({ id, number }) => [id, `${name} ${number}`]),
  );
  const progress = h('div');
  const order = form({
    action: 'Gather them',
    submit: async ({ modelId, name, baseVersionId }) => {
      const input = { modelId, name, ...(baseVersionId && { baseVersionId }) };
      const { job } = await api.act('DatasetGather', input);
      const made = await followed(api, job.id, progress);
      if (made) location.hash = `#/data/versions/${made.id}`;
    },
    fields: [
      h(
        'div',
        { class: 'fields' },
        field(
          'Model that was corrected',
          null,
          choice(
            'modelId',
            models.map(({ id, name }) => [id, name]),
          ),
        ),
        field('Behind the rows of', null, choice('baseVersionId', [['', 'none: they alone'], ...bases], '')),
        field('Name of the data', { name: 'name', required: true, maxlength: 100 }),
      ),
      progress,
    ],
  });
  return panel(
    null,
    unfold(
      'Gather the corrections that reviewers accepted',
      h(
        'p',
        { class: 'soft' },
        'Only of people whose consent to training stands at that moment, and who did not take their word back.',
      ),
      order,
    ),
  );
}
