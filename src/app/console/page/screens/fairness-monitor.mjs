/** What the live traffic of a deployment is watched for: begun, changed and ended here. */
import { act, choice, field, form, h, unfold } from '../dom.mjs';
import { editedList, listOf } from '../edits.mjs';
import { words } from '../format.mjs';

const MEASURES = [
  'DEMOGRAPHIC_PARITY_RATIO',
  'DEMOGRAPHIC_PARITY_DIFFERENCE',
  'EQUAL_OPPORTUNITY_DIFFERENCE',
  'EQUALIZED_ODDS_DIFFERENCE',
  'EQUALIZED_ODDS_RATIO',
  'PREDICTIVE_PARITY_DIFFERENCE',
];
const ACTIONS = ['NOTIFY', 'OPEN_INCIDENT', 'ROLL_BACK'];
const options = (names) => names.map((name) => [name, words(name)]);

function attribute({ name = '', groups = [], cuts = [] } = {}) {
  const called = h('input', { name: 'attribute', required: true, maxlength: 60, value: name });
  const isRanges = cuts.length > 0;
  const named = h('input', { name: 'groups', value: isRanges ? '' : groups.join(', ') });
  const ranges = h('input', { name: 'cuts', value: cuts.join(', ') });
  return {
    fields: [
      field('Attribute', null, called),
      field('Its groups, with commas', null, named),
      field('Or, of a number, where its ranges meet', null, ranges),
    ],
    read: () => ({
      name: called.value,
      ...(named.value.trim() !== '' && { groups: listOf(named.value) }),
      ...(ranges.value.trim() !== '' && { cuts: listOf(ranges.value).map(Number) }),
    }),
  };
}

/** @param monitor the standing one; absent where nobody watches. */
export function fairnessMonitor({ api, deploymentId, monitor, reload }) {
  const attributes = editedList({
    label: 'Whose groups are counted',
    add: 'Another attribute',
    make: attribute,
    first: monitor?.attributes ?? [{}],
    most: 4,
  });
  const bound = {
    name: 'threshold',
    type: 'number',
    min: 0,
    max: 1,
    step: 'any',
    value: monitor?.threshold ?? '',
  };
  const size = {
    name: 'minimumGroupSize',
    type: 'number',
    min: 10,
    max: 10_000,
    required: true,
    value: monitor?.minimumGroupSize ?? 20,
  };
  const submit = async ({ label, scoreFrom, measure, threshold, minimumGroupSize, action }) => {
    if ((label === '') === (scoreFrom === ''))
      throw new Error('Say either the class or the score that people hope for.');
    await api.act('FairnessMonitorSet', {
      deploymentId,
      attributes: attributes.read(),
      positiveOutcome: label ? { label } : { scoreFrom: Number(scoreFrom) },
      measure,
      ...(threshold && { threshold: Number(threshold) }),
      minimumGroupSize: Number(minimumGroupSize),
      action,
      expectedVersion: monitor?.version ?? 0,
    });
    await reload();
  };
  const then = async (work) => {
    await work;
    await reload();
  };
  return h(
    'div',
    null,
    monitor &&
      h(
        'div',
        { class: 'row' },
        act('Look now', () => then(api.act('FairnessCheck', { id: deploymentId }))),
        act('End it', () => then(api.act('FairnessMonitorEnd', { id: monitor.id }))),
      ),
    unfold(
      monitor ? 'Watch it otherwise' : 'Watch it',
      h(
        'p',
        { class: 'soft' },
        'Counted as before, the counts go on; counted otherwise, another monitor begins.',
      ),
      form({
        action: 'Watch it so',
        submit,
        fields: [
          attributes.element,
          field('The answer that people hope for: this class', {
            name: 'label',
            value: monitor?.positiveLabel ?? '',
          }),
          field('or a score from', {
            name: 'scoreFrom',
            type: 'number',
            step: 'any',
            value: monitor?.scoreFrom ?? '',
          }),
          field('Alike in', null, choice('measure', options(MEASURES), monitor?.measure)),
          field('Still taken for alike; empty for 0.8 of ratios, 0.1 of differences', bound),
          field('Told of groups of at least, people', size),
          field(
            'A breach leads to',
            null,
            choice('action', options(ACTIONS), monitor?.action ?? 'OPEN_INCIDENT'),
          ),
        ],
      }),
    ),
  );
}
