/** What a deployment is watched for: whether it treats groups of people alike, and whether it is asked what it learned to answer. */
import { facts, h, panel, pill, table } from '../dom.mjs';
import { day, instant, interval, number, share, words } from '../format.mjs';
import { drift } from './drift.mjs';
import { fairnessMonitor } from './fairness-monitor.mjs';

const MOODS = { HOLDS: 'good', UNCERTAIN: 'warn', NOT_ENOUGH_DATA: 'warn', VIOLATED: 'bad' };

export async function fairness({ api, params, viewer, reload }) {
  const { deployment } = await api.ask('LiveFairness', { deploymentId: params.id });
  if (!deployment)
    return panel('There is no such deployment.', h('a', { href: '#/deployments' }, 'To the deployments'));
  const { name, fairness: found } = deployment;
  const monitor = found?.monitor;
  const may = (permission) => viewer.permissions.includes(permission);
  const change = may('fairness:manage') && fairnessMonitor({ api, deploymentId: params.id, monitor, reload });
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/deployments' }, 'Deployments')),
    h('h1', null, name),
    monitor
      ? watched(monitor, found, change)
      : panel('Fairness on live traffic', h('p', { class: 'soft' }, 'Nobody watches it.'), change),
    found?.versions.map(version),
    found &&
      panel(
        'Breaches that were found',
        table(
          [
            ['When', ({ foundAt }) => instant(foundAt)],
            ['Measure', ({ measure }) => words(measure)],
            [
              'Groups',
              ({ figures }) =>
                `${figures.attribute}: ${figures.lowest} ${share(figures.lowestRate)}, ${figures.highest} ${share(figures.highestRate)}`,
            ],
            ['Then', ({ action, rolledBack }) => (rolledBack ? 'rolled back' : words(action))],
          ],
          found.breaches,
          'No breach of the bound.',
        ),
      ),
    await drift({ api, id: params.id, mayCheck: may('deployment:manage'), reload }),
  );
}

const watched = (
  { attributes, positiveLabel, scoreFrom, measure, threshold, minimumGroupSize, action, since },
  { falseAlarmRate, from, to },
  change,
) =>
  panel(
    'Fairness on live traffic',
    facts(
      ['Attributes', attributes.map(({ name, groups }) => `${name} (${groups.join(', ')})`).join('; ')],
      ['Counts as chosen', positiveLabel ?? `a score from ${scoreFrom}`],
      ['Measure', words(measure)],
      ['Bound', number(threshold)],
      ['Told of at least', `${minimumGroupSize} people`],
      ['A breach leads to', words(action)],
      ['Chance of a false alarm', share(falseAlarmRate)],
      ['Since', day(since)],
      ['Counted', `${day(from)} – ${day(to)}`],
    ),
    change,
  );

const version = ({ version: { number: no }, tooFewGroups, attributes }) =>
  panel(
    `Version ${no}`,
    tooFewGroups > 0 &&
      h('p', { class: 'soft' }, `Groups with too few people to be told of: ${tooFewGroups}`),
    attributes.map(({ attribute, groups, measures }) => [
      h('h3', null, attribute),
      table(
        [
          ['Group', ({ group }) => group],
          ['People', ({ n }) => number(n), 'number'],
          ['Chosen', ({ selectionRate }) => share(selectionRate?.value), 'number'],
          ['95 %', ({ selectionRate }) => interval(selectionRate?.interval), 'number'],
        ],
        groups,
      ),
      table(
        [
          ['Measure', ({ name }) => words(name)],
          ['Value', ({ value }) => number(value), 'number'],
          ['Bound', ({ threshold }) => number(threshold), 'number'],
          ['', ({ verdict }) => pill(verdict, MOODS[verdict])],
        ],
        measures,
        'No measure yet.',
      ),
    ]),
  );
