/** How good a version is on rows that were held out: its figures, where it errs, whether it keeps its promises, and for whom. */
import { heat, square } from '../charts.mjs';
import { h, panel, pill, table } from '../dom.mjs';
import { digits, interval, number, share, words } from '../format.mjs';

const MOODS = { HOLDS: 'good', UNCERTAIN: 'warn', NOT_ENOUGH_DATA: 'warn', VIOLATED: 'bad' };

export function evaluated({ metrics, evaluation, trainingJob, signature }) {
  const report = trainingJob?.report;
  return panel(
    'How good it is',
    figures(metrics),
    evaluation
      ? [
          h('h3', null, 'Where it errs'),
          confusionOfTwo(evaluation, signature.labels),
          thresholds(evaluation, report?.bestF1),
          h('div', { class: 'columns' }, calibrationChart(evaluation), rocChart(evaluation)),
          groups(evaluation),
        ]
      : report?.confusion && confusionChart(report.confusion, report.classes),
  );
}

export const figures = (metrics) =>
  table(
    [
      ['Measure', ({ name }) => name],
      ['Value', ({ value }) => digits(value), 'number'],
      ['Interval', (metric) => interval(metric.interval, digits), 'number'],
      ['Rows', ({ n }) => number(n), 'number'],
    ],
    metrics,
    'Nothing was measured.',
  );

function confusionOfTwo({ confusion, threshold }, labels) {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const counts = [
    [trueNegatives, falsePositives],
    [falseNegatives, truePositives],
  ];
  return confusionChart(
    counts,
    labels ?? ['no', 'yes'],
    `Positive from a probability of ${digits(threshold)} on.`,
  );
}

const rate = (part, whole) => (whole === 0 ? null : part / whole);

/** What is found and what is right at the threshold in use, and at the one with the largest F1: of rare positives a half finds few. */
function thresholds({ threshold, confusion: { truePositives, falsePositives, falseNegatives } }, best) {
  if (!best) return null;
  const used = {
    says: 'in use',
    threshold,
    precision: rate(truePositives, truePositives + falsePositives),
    recall: rate(truePositives, truePositives + falseNegatives),
    f1: rate(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
  return [
    h('h3', null, 'From which probability on'),
    table(
      [
        ['Threshold', ({ says }) => says],
        ['From', (one) => digits(one.threshold), 'number'],
        ['Right, of those called positive', ({ precision }) => share(precision), 'number'],
        ['Found, of those that are', ({ recall }) => share(recall), 'number'],
        ['F1', ({ f1 }) => digits(f1), 'number'],
      ],
      [used, { ...best, says: 'with the largest F1' }],
    ),
    h(
      'p',
      { class: 'soft' },
      'The second is chosen on these very rows: on others it will do a little worse.',
    ),
  ];
}

function confusionChart(counts, classes, note = '') {
  return heat({
    title: 'What was called what',
    note: `Rows are what is true, columns what was said. ${note}`,
    columns: classes.map((label, place) => ({ label, place })),
    rows: classes.map((label, place) => ({ label, place })),
    cell: ({ place: row }, { place: column }) => {
      const all = counts[row].reduce((total, count) => total + count, 0);
      const strength = all === 0 ? 0 : counts[row][column] / all;
      return {
        text: number(counts[row][column]),
        strength,
        says: `${share(strength)} of those that are ${classes[row]}`,
      };
    },
  });
}

const calibrationChart = ({ calibration }) =>
  square({
    title: 'Whether it keeps its promises',
    note: 'On the diagonal as much comes true as was promised.',
    across: 'promised on average',
    up: 'came true',
    points: calibration.map(({ meanProbability, positiveRate, n }) => ({
      x: meanProbability,
      y: positiveRate,
      says: `promised ${share(meanProbability)}, came true ${share(positiveRate)}, of ${number(n)} rows`,
    })),
  });

/** The curve at the ends of the ten ranges of probability, from the counts in them; nothing between is made up. */
function rocChart({ calibration }) {
  const of = calibration.map(({ n, positiveRate, lower }) => ({
    lower,
    positive: n * positiveRate,
    negative: n * (1 - positiveRate),
  }));
  const all = (key) => of.reduce((total, bin) => total + bin[key], 0);
  const [positives, negatives] = [all('positive'), all('negative')];
  if (positives === 0 || negatives === 0) return null;
  const points = [{ x: 0, y: 0, says: 'nobody is called positive' }];
  let [found, alarms] = [0, 0];
  for (const { lower, positive, negative } of of.toReversed()) {
    [found, alarms] = [found + positive, alarms + negative];
    const [x, y] = [alarms / negatives, found / positives];
    points.push({ x, y, says: `from ${number(lower)}: finds ${share(y)}, false alarms ${share(x)}` });
  }
  return square({
    title: 'ROC',
    note: 'At the ends of the ten ranges of probability; the area in the table is of all thresholds.',
    across: 'negative rows called positive',
    up: 'positive rows found',
    points,
  });
}

function groups({ groups: list, suppressedGroups }) {
  if (list.length === 0) return null;
  return [
    h('h3', null, 'By group'),
    suppressedGroups > 0 &&
      h(
        'p',
        { class: 'soft' },
        `Groups that are not shown, because somebody could be recognised: ${number(suppressedGroups)}`,
      ),
    table(
      [
        ['Group', ({ keys }) => keys.map(({ attribute, value }) => `${attribute} ${value}`).join(', ')],
        ['Rows', ({ n }) => number(n), 'number'],
        ['Right', ({ n, confusion: c }) => share(rate(c.truePositives + c.trueNegatives, n)), 'number'],
        [
          'Called positive',
          ({ n, confusion: c }) => share(rate(c.truePositives + c.falsePositives, n)),
          'number',
        ],
        [
          'Are positive',
          ({ n, confusion: c }) => share(rate(c.truePositives + c.falseNegatives, n)),
          'number',
        ],
        [
          'Found',
          ({ confusion: c }) => share(rate(c.truePositives, c.truePositives + c.falseNegatives)),
          'number',
        ],
        [
          'False alarms',
          ({ confusion: c }) => share(rate(c.falsePositives, c.falsePositives + c.trueNegatives)),
          'number',
        ],
        ['Promised', ({ meanProbability }) => share(meanProbability), 'number'],
      ],
      list,
    ),
  ];
}

export const forWhom = ({ attributes }) =>
  panel(
    'For whom',
    attributes.map(({ attribute, measures }) => [
      h('h3', null, attribute),
      table(
        [
          ['Measure', ({ name }) => words(name)],
          ['Value', ({ value }) => number(value), 'number'],
          ['Difference of the rates', (measure) => interval(measure.interval, number), 'number'],
          ['Between', ({ lowest, highest }) => [lowest, highest].filter(Boolean).join(' and ') || '–'],
          ['', ({ verdict }) => verdict && pill(verdict, MOODS[verdict])],
          ['For certain', ({ violatedBetween }) => violatedBetween?.join(' and ') ?? '–'],
        ],
        measures,
      ),
    ]),
  );

/** Two versions on the same held-out rows, row by row: differences that have an interval. */
export const paired = (metrics, other) =>
  table(
    [
      ['Measure', ({ metric }) => metric],
      ['This version', ({ value }) => digits(value), 'number'],
      [other, ({ parent }) => digits(parent), 'number'],
      ['Difference, its interval', ({ interval: bounds }) => interval(bounds, digits), 'number'],
      [
        '',
        ({ interval: bounds }) =>
          bounds && (bounds[0] > 0 || bounds[1] < 0 ? pill('not by chance', 'warn') : pill('may be chance')),
      ],
      ['Rows', ({ n }) => number(n), 'number'],
    ],
    metrics,
    'Nothing was compared.',
  );
