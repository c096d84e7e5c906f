/** What is trained and searched for: the lists, and one training with its curves while it learns. */
import { lines } from '../charts.mjs';
import { act, choice, everyPage, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { digits, instant, money, number, seconds, share, words } from '../format.mjs';
import { goesOn, MOODS, progress, watched } from '../job.mjs';

const dataOf = ({ id, dataset, number: no }) =>
  h('a', { href: `#/data/versions/${id}` }, `${dataset.name} ${no}`);
const cameTo = ({ result, job }) =>
  result
    ? h('a', { href: `#/models/${result.id}` }, `version ${result.number}`)
    : (job.error?.message ?? '–');
const state = ({ job }) => [pill(job.status, MOODS[job.status]), goesOn(job) && ` ${share(job.progress)}`];

export async function trainings({ api, viewer }) {
  const [known, jobs, searches] = await Promise.all([
    viewer.permissions.includes('training:run')
      ? everyPage(async (after) => (await api.ask('Datasets', { after })).datasets)
      : [],
    pages(
      async (after) => (await api.ask('Trainings', { filter: { isTrial: false }, after })).trainingJobs,
      trained,
    ),
    pages(async (after) => (await api.ask('TrainingSearches', { after })).trainingSearches, searched),
  ]);
  return h(
    'div',
    null,
    h('h1', null, 'Trainings'),
    known.length > 0 && panel('Begin one', begin(known)),
    panel('Trainings', jobs),
    panel('Searches over recipes', searches),
  );
}

const begin = (known) =>
  form({
    action: 'Go on',
    attributes: { class: 'row' },
    fields: field(
      'On which data; earlier versions stand on its page',
      null,
      choice(
        'data',
        known.flatMap(({ name, versions }) =>
          versions.nodes.map(({ id, number: no, rows }) => [id, `${name} ${no}, ${number(rows)} rows`]),
        ),
      ),
    ),
    submit: ({ data }) => {
      location.hash = `#/trainings/on/${data}`;
    },
  });

const trained = (nodes) =>
  table(
    [
      ['Model', ({ id, modelName }) => h('a', { href: `#/trainings/${id}` }, modelName)],
      ['', state],
      ['Kind', ({ recipe }) => words(recipe.kind)],
      ['Data', ({ datasetVersion }) => dataOf(datasetVersion)],
      ['Loss', ({ epochs }) => digits(epochs.at(-1)?.valLoss ?? epochs.at(-1)?.loss), 'number'],
      ['On the device', ({ deviceMs }) => seconds(deviceMs), 'number'],
      ['Cost', ({ cost }) => money(cost), 'number'],
      ['Asked for', ({ createdAt }) => instant(createdAt)],
      ['Came to', cameTo],
    ],
    nodes,
    [
      'Nothing was trained yet. A training begins at a version of data: ',
      h('a', { href: '#/data' }, 'to the data'),
    ],
  );

const searched = (nodes) =>
  table(
    [
      ['Model', ({ id, modelName }) => h('a', { href: `#/trainings/searches/${id}` }, modelName)],
      ['', state],
      ['Trials', ({ trials }) => number(trials.totalCount), 'number'],
      ['By', ({ objective }) => words(objective)],
      ['Data', ({ datasetVersion }) => dataOf(datasetVersion)],
      ['On the device', ({ deviceMs }) => seconds(deviceMs), 'number'],
      ['Cost', ({ cost }) => money(cost), 'number'],
      ['Asked for', ({ createdAt }) => instant(createdAt)],
      ['Came to', cameTo],
    ],
    nodes,
    'Nothing was searched for yet. A search begins at a version of data, too.',
  );

export async function training({ api, params, viewer, reload }) {
  const title = h('h1');
  const decided = h('div', { 'aria-live': 'polite' });
  // Once: whoever has unfolded it reads on while the rest is drawn anew.
  let recipe;
  let shown;
  const page = await watched({
    ask: async () => (await api.ask('TrainingJob', { id: params.id })).node,
    isLive: (found) => Boolean(found?.job) && goesOn(found.job),
    draw: (found) => {
      if (!found?.job)
        return panel('There is no such training.', h('a', { href: '#/trainings' }, 'To the trainings'));
      title.textContent = `Training of ${found.modelName}`;
      // What is being filled in stays, until the state that it was for has gone.
      if (shown !== found.job.status)
        decided.replaceChildren(acts({ api, found, viewer, reload, name: 'Training' }) ?? '');
      shown = found.job.status;
      recipe ??= panel(
        null,
        unfold('Recipe, with everything filled in', h('pre', null, JSON.stringify(found.recipe, null, 2))),
      );
      return [standing(found), curves(found)];
    },
  });
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/trainings' }, 'Trainings')),
    title,
    decided,
    page,
    recipe,
  );
}

const standing = ({
  job,
  datasetVersion,
  trial,
  backend,
  budgetDeviceSeconds,
  deviceMs,
  cost,
  result,
  createdAt,
}) =>
  panel(
    null,
    facts(
      ['State', pill(job.status, MOODS[job.status])],
      ['Data', [dataOf(datasetVersion), `, ${number(datasetVersion.rows)} rows`]],
      [
        'Trial',
        trial &&
          h('a', { href: `#/trainings/searches/${trial.search.id}` }, `number ${trial.number} of a search`),
      ],
      ['Computes on', backend],
      ['Asked for', instant(createdAt)],
      ['Ended', job.finishedAt && instant(job.finishedAt)],
      ['On the device', seconds(deviceMs)],
      ['At most', budgetDeviceSeconds && `${number(budgetDeviceSeconds)} s`],
      ['Cost', money(cost)],
      ['Came to', result && h('a', { href: `#/models/${result.id}` }, `version ${result.number}`)],
    ),
    job.error && h('p', { class: 'refusal' }, job.error.message),
    goesOn(job) && progress(job),
  );

function curves({ epochs }) {
  if (epochs.length < 2) return null;
  const of = (...series) => series.filter(({ values }) => values.some((value) => value !== null));
  const quality = of(
    { name: 'right, of what it learned from', values: epochs.map(({ accuracy }) => accuracy) },
    { name: 'right, of what is watched', values: epochs.map(({ valAccuracy }) => valAccuracy) },
    { name: 'area under the ROC curve', values: epochs.map(({ valAuc }) => valAuc) },
    { name: 'F1', values: epochs.map(({ valF1 }) => valF1) },
  );
  return panel(
    null,
    lines({
      title: 'Loss by epoch',
      note: `After ${number(epochs.length)}: ${digits(epochs.at(-1).valLoss)} on the part that is watched.`,
      series: [
        { name: 'learned from', values: epochs.map(({ loss }) => loss) },
        { name: 'watched', values: epochs.map(({ valLoss }) => valLoss) },
      ],
      say: digits,
    }),
    quality.length > 0 && lines({ title: 'Quality by epoch', series: quality, say: share }),
  );
}

/** What may be done with long work in its state: of a training or a search, as `name` says. */
export function acts({ api, found, viewer, reload, name }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const { id, job } = found;
  const then = async (act_, input) => {
    await api.act(act_, input);
    await reload();
  };
  const isOver = !goesOn(job) && job.status !== 'PAUSED';
  if (isOver || !may('training:run')) return null;
  const more = form({
    action: 'Go on',
    attributes: { class: 'row' },
    fields: field('Seconds on the device in all', {
      name: 'budgetDeviceSeconds',
      placeholder: 'as before',
      inputmode: 'decimal',
    }),
    submit: ({ budgetDeviceSeconds: budget }) =>
      then(RESUME[name], { id, ...(budget && { budgetDeviceSeconds: Number(budget) }) }),
  });
  return h(
    'div',
    { class: 'row' },
    job.status === 'PAUSED' ? more : act('Pause', () => then(PAUSE[name], { id })),
    may('job:cancel') && act('Cancel for good', () => then('JobCancel', { id: job.id })),
  );
}

const PAUSE = { Training: 'TrainingJobPause', Search: 'TrainingSearchPause' };
const RESUME = { Training: 'TrainingJobResume', Search: 'TrainingSearchResume' };
