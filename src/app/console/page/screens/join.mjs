/** One answer and everything that is known of it: what the whole house is built for. */
import { facts, h, panel, pill, table } from '../dom.mjs';
import { digits, exactMoney, instant, number, personName, words } from '../format.mjs';

/** The parts that a list of feedback shows beside its item, too. */
export function joinFacts({
  createdAt,
  outputs,
  deployment,
  modelVersion,
  price,
  priceExact,
  cost,
  marginExact,
  assignments,
  consent,
  auditProof,
}) {
  const data = modelVersion?.datasetVersion;
  return [
    outputs && h('pre', null, JSON.stringify(outputs, null, 2)),
    facts(
      ['Answered', instant(createdAt)],
      ['Deployment', deployment?.name],
      ['Version', modelVersion && `${modelVersion.model.name} ${modelVersion.number}`],
      ['Learned from', data && `${number(data.rows)} rows, version ${data.number}`],
      ['Consent of that data', data && (data.consentScope.join(', ').toLowerCase() || 'not of people')],
      ['Price', priceExact && exactMoney(priceExact, price)],
      ['Cost', cost && `${exactMoney(cost.exact, price)} for ${digits(cost.deviceMs)} ms of the device`],
      ['Margin', marginExact && exactMoney(marginExact, price)],
      ['Test', assignments.map(({ test, variant }) => `${test}: ${variant}`).join(', ')],
      [
        'Agreed to',
        consent
          .filter(({ granted }) => granted)
          .map(({ purpose }) => words(purpose))
          .join(', ') || 'nothing',
      ],
      ['In the audit log', auditProof && `record ${auditProof.index} of ${auditProof.treeSize}`],
    ),
  ];
}

export async function join({ api, params }) {
  const { inference } = await api.ask('Join', { id: params.id });
  if (!inference) return panel('There is no such answer.');
  const { customer, endUser, auditProof, modelVersion, usage } = inference;
  return h(
    'div',
    null,
    h('h1', null, 'One answer'),
    h('p', { class: 'soft' }, h('code', null, inference.id), ' ', pill(inference.status)),
    panel(
      'For whom',
      facts(
        ['Customer', customer && h('a', { href: `#/customers/${customer.id}` }, customer.name)],
        ['Plan', customer?.subscription?.plan.code],
        ['Person', endUser && personName(endUser)],
      ),
    ),
    panel(
      'What, by what, for how much',
      joinFacts(inference),
      table(
        [
          ['Unit', ({ unit }) => words(unit)],
          ['Quantity', ({ quantity }) => quantity, 'number'],
        ],
        usage,
      ),
    ),
    modelVersion &&
      panel(
        'How good the version is',
        table(
          [
            ['Measure', ({ name }) => name],
            ['Value', ({ value }) => number(value), 'number'],
            ['95 %', (metric) => metric.interval?.map(number).join(' … ') ?? '–', 'number'],
          ],
          modelVersion.metrics,
        ),
      ),
    panel(
      'What was said about it',
      table(
        [
          ['', ({ id, kind }) => h('a', { href: `#/feedback/${id}` }, words(kind))],
          ['Score', ({ score }) => score ?? '–', 'number'],
          ['Status', ({ status }) => pill(status)],
        ],
        inference.feedback,
        'Nobody said anything.',
      ),
    ),
    auditProof &&
      panel(
        'Proof',
        h(
          'p',
          { class: 'soft' },
          'Hash of the record, and the hashes beside its way to the root: an outsider needs nothing else to check it.',
        ),
        h('pre', null, JSON.stringify(auditProof, null, 2)),
      ),
  );
}
