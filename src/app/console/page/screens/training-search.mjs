/** A search over recipes: its board, best trial first, and how the best of them learned. */
import { lines } from '../charts.mjs';
import { everyPage, facts, h, panel, pill, table } from '../dom.mjs';
import { digits, money, number, seconds, words } from '../format.mjs';
import { goesOn, MOODS, progress, watched } from '../job.mjs';
import { acts } from './trainings.mjs';

const STANDS = { COMPLETED: 'good', RUNNING: 'warn', FAILED: 'bad' };
/** So many curves can be told apart by their colours. */
const CURVES = 5;

export async function trainingSearch({ api, params, viewer, reload }) {
  const title = h('h1');
  const decided = h('div', { 'aria-live': 'polite' });
  let shown;
  const ask = async () => {
    let found;
    const trials = await everyPage(async (after) => {
      const { node } = await api.ask('TrainingSearch', { id: params.id, after });
      found ??= node;
      return node?.trials ?? { nodes: [], pageInfo: {} };
    });
    return found?.job && { ...found, trials: board(trials, found.objective) };
  };
  const page = await watched({
    ask,
    isLive: (found) => Boolean(found) && goesOn(found.job),
    draw: (found) => {
      if (!found)
        return panel('There is no such search.', h('a', { href: '#/trainings' }, 'To the trainings'));
      title.textContent = `Search for ${found.modelName}`;
      if (shown !== found.job.status)
        decided.replaceChildren(acts({ api, found, viewer, reload, name: 'Search' }) ?? '');
      shown = found.job.status;
      return [standing(found), leaders(found), curves(found)];
    },
  });
  return h('div', null, h('p', null, h('a', { href: '#/trainings' }, 'Trainings')), title, decided, page);
}

/** Best first; of a loss the least is best. Those without a score follow in their order. */
function board(trials, objective) {
  const sign = objective === 'VALIDATION_LOSS' ? 1 : -1;
  const key = ({ score }) => (score === null ? Infinity : sign * score);
  return [...trials].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a === b ? one.number - other.number : a - b;
  });
}

const standing = (found) =>
  panel(
    null,
    facts(
      ['State', pill(found.job.status, MOODS[found.job.status])],
      ['Points', words(found.strategy)],
      ['Best by', words(found.objective)],
      [
        'Rungs',
        found.rungs
          .map(
            ({ trials, epochs }) => `${number(trials)} trials${epochs === null ? '' : ` to epoch ${epochs}`}`,
          )
          .join(', '),
      ],
      ['Planned epochs', number(found.plannedEpochs)],
      ['On the device', seconds(found.deviceMs)],
      ['At most', found.budgetDeviceSeconds && `${number(found.budgetDeviceSeconds)} s`],
      ['Cost', money(found.cost)],
      ['Ended because', found.endedBy && words(found.endedBy)],
      [
        'Came to',
        found.result && h('a', { href: `#/models/${found.result.id}` }, `version ${found.result.number}`),
      ],
    ),
    found.job.error && h('p', { class: 'refusal' }, found.job.error.message),
    goesOn(found.job) && progress(found.job),
  );

const leaders = ({ trials, best }) =>
  panel(
    'Board',
    table(
      [
        ['Trial', (trial) => [trial.number, best?.id === trial.id && [' ', pill('best', 'good')]]],
        ['', ({ status }) => pill(status, STANDS[status])],
        ['Score', ({ score }) => digits(score), 'number'],
        ['By rung', ({ scores }) => scores.map(digits).join(' → ') || '–'],
        [
          'Chosen',
          ({ choices }) =>
            choices.map(({ dimension, value }) => `${dimension} ${JSON.stringify(value)}`).join(', '),
        ],
        ['Why not', ({ failure }) => failure ?? ''],
      ],
      trials,
    ),
  );

function curves({ trials }) {
  const shown = trials.filter(({ epochs }) => epochs.length > 1).slice(0, CURVES);
  return (
    shown.length > 0 &&
    panel(
      null,
      lines({
        title: 'Loss on the part that is watched, by epoch',
        note: `Of the ${shown.length === 1 ? 'best trial' : `best ${shown.length} trials`}.`,
        series: shown.map(({ number: no, epochs }) => ({
          name: `trial ${no}`,
          values: epochs.map(({ valLoss }) => valLoss),
        })),
        say: digits,
      }),
    )
  );
}
