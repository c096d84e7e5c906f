/** Why one row was answered as it was: asked for by a button, because it takes requests of its own. */
import { forest } from '../charts.mjs';
import { act, h } from '../dom.mjs';
import { digits, number } from '../format.mjs';
import { costOf } from './answer.mjs';

const MOST_SHOWN = 15;
const METHODS = {
  TABULAR_CLASSIFICATION: 'SHAPLEY',
  TABULAR_REGRESSION: 'SHAPLEY',
  TEXT_CLASSIFICATION: 'OCCLUSION',
};

/** @param asked the deployment, and its rows; only a single one can be explained. */
export function explaining(api, task, { deployment, rows }) {
  const several = Array.isArray(rows);
  const method = METHODS[task];
  if (!method || (several && rows.length !== 1)) return null;
  const place = h('div', { 'aria-live': 'polite' });
  const ask = async () => {
    const row = several ? rows[0] : rows;
    const { explanation, inference } = await api.act('Explain', { deployment, rows: row, method });
    place.replaceChildren(h('div', null, explained(explanation, inference)));
  };
  return h('div', null, act('Why?', ask), h('small', null, ' takes requests of your plan'), place);
}

function explained({ attributions, target, prediction, baseline, note, modelRows }, inference) {
  const shown = attributions.slice(0, MOST_SHOWN);
  const left = attributions.length - shown.length;
  return [
    forest({
      title: `What each added to ${target}`,
      note: `${digits(prediction)} instead of ${digits(baseline)}, the answer where none of it is known.`,
      rows: shown.map(({ feature, value, contribution, standardError }) => ({
        label: value === null || value === undefined ? feature : `${feature}: ${said(value)}`,
        estimate: contribution,
        interval: standardError && [contribution - 2 * standardError, contribution + 2 * standardError],
        mood: contribution < 0 ? 'red' : 'blue',
      })),
      say: digits,
      fromZero: true,
    }),
    left > 0 && h('p', { class: 'soft' }, `${left} more added less.`),
    h('p', { class: 'soft' }, note),
    h(
      'p',
      { class: 'soft' },
      `The model was asked for ${number(modelRows)} rows, ${number(inference.totalMs)} ms, ${costOf(inference)}.`,
    ),
  ];
}

const said = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
