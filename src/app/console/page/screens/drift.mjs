/** Whether what a deployment is asked still resembles what its version learned from, look by look, and what was not taken at all. */
import { act, h, pages, panel, pill, table } from '../dom.mjs';
import { instant, number, share } from '../format.mjs';

const MOODS = { STABLE: 'good', MODERATE: 'warn', MAJOR: 'bad' };
const level = (name) => (name ? pill(name, MOODS[name]) : 'too few rows, or nothing to compare with');

export async function drift({ api, id, mayCheck, reload }) {
  const check = async () => {
    await api.act('DeploymentDriftCheck', { id });
    await reload();
  };
  let refused = [];
  const list = await pages(
    async (after) => {
      const { deployment } = await api.ask('DeploymentDrift', { id, after });
      refused = deployment.refusedInputs;
      return deployment.driftReports;
    },
    (nodes) => h('div', null, table(COLUMNS, nodes, 'Nobody looked yet: it is looked at every night.')),
  );
  return panel(
    'What comes in, beside what was learned from',
    mayCheck && h('p', null, act('Look now', check)),
    list,
    h('h3', null, 'What was not taken, in the last 7 days'),
    table(REFUSED, refused, 'Every value that was sent is one that its versions take.'),
  );
}

const WHY = {
  category: 'a category that it never met',
  range: 'beyond what it learned',
  required: 'missing',
  number: 'no number',
  string: 'no text',
  unknown: 'an input that it does not have',
  object: 'no object',
};

const REFUSED = [
  ['Input', ({ input }) => input ?? '–'],
  ['Why', ({ constraint }) => WHY[constraint] ?? constraint],
  ['Version', ({ version }) => version.number, 'number'],
  ['Times', ({ count }) => number(count), 'number'],
  ['Last', ({ lastAt }) => instant(lastAt)],
];

const COLUMNS = [
  ['When', ({ checkedAt }) => instant(checkedAt)],
  ['', (report) => level(report.level)],
  ['Version', ({ version }) => version.number, 'number'],
  ['Rows', ({ rows }) => number(rows), 'number'],
  ['What moved', ({ measures }) => moved(measures)],
];

/** The worst first; what chance explains is not told of. */
function moved(measures) {
  const worst = measures
    .filter((one) => one.level !== 'STABLE')
    .sort((a, b) => b.stabilityIndex - a.stabilityIndex);
  if (worst.length === 0) return measures.length > 0 ? 'nothing' : '–';
  return worst.map(({ name, level: how, stabilityIndex, chance }) =>
    h(
      'div',
      { title: `by chance: ${share(chance)}` },
      pill(how, MOODS[how]),
      ` ${name}, index ${number(stabilityIndex)}`,
    ),
  );
}
