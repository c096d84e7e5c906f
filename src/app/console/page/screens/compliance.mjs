/** Reports and their proof, incidents, what people asked about their data, and what models may do to people. */
import { act, choice, field, form, h, panel, pill, table } from '../dom.mjs';
import { day, instant, lastMonths, number, words } from '../format.mjs';

const MOODS = { CRITICAL: 'bad', HIGH: 'bad', MEDIUM: 'warn', PROHIBITED: 'bad', OVERDUE: 'bad' };
const KINDS = ['FULL', 'PRIVACY', 'MODELS'];
/** So often a job is asked for, in milliseconds. */
const POLL_MS = 700;

export async function compliance({ api, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const [page, found, requests, uses] = await Promise.all([
    api.ask('Compliance', {}),
    may('incident:read') ? api.ask('Incidents', {}) : null,
    may('data-request:read') ? api.ask('DataRequests', {}) : null,
    may('impact:read') ? api.ask('ImpactAssessments', {}) : null,
  ]);
  return h(
    'div',
    null,
    h('h1', null, 'Compliance'),
    reports({ api, list: page.complianceReports.nodes, may, reload }),
    proof(api, page.auditTreeHead),
    found && incidents(found.incidents.nodes),
    requests && dataRequests(requests.dataRequests.nodes),
    uses && assessments(uses.impactAssessments.nodes),
  );
}

function reports({ api, list, may, reload }) {
  const order = form({
    action: 'Make a report',
    attributes: { class: 'row' },
    fields: [
      field(
        'Of what',
        null,
        choice(
          'kind',
          KINDS.map((kind) => [kind, words(kind)]),
          'FULL',
        ),
      ),
      field('From', { name: 'from', type: 'date', required: true, value: lastMonths(1).from.slice(0, 10) }),
      field('To, not included', {
        name: 'to',
        type: 'date',
        required: true,
        value: lastMonths(1).to.slice(0, 10),
      }),
    ],
    submit: async ({ kind, from, to }) => {
      const period = { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` };
      const { job } = await api.act('ComplianceReportCreate', { kind, period });
      await ended(api, job.id);
      await reload();
    },
  });
  return panel(
    'Reports',
    may('compliance:create') && order,
    table(
      [
        [
          'Report',
          ({ kind, html }) => h('a', { href: html, target: '_blank', rel: 'noopener' }, words(kind)),
        ],
        ['Of', ({ period }) => `${day(period.from)} – ${day(period.to)}`],
        ['Made', ({ createdAt }) => instant(createdAt)],
        ['Hash', ({ hash }) => h('code', { title: hash }, `${hash.slice(0, 16)}…`)],
        ['', ({ json, csv }) => [h('a', { href: json }, 'JSON'), ' ', h('a', { href: csv }, 'CSV')]],
      ],
      list,
      'No report was made yet.',
    ),
  );
}

/** @throws Error with what the job says when it fails. */
async function ended(api, id) {
  for (;;) {
    const { node: job } = await api.ask('Job', { id });
    if (job.status === 'SUCCEEDED') return;
    if (job.status === 'FAILED' || job.status === 'CANCELLED')
      throw new Error(job.error?.message ?? 'The job was cancelled.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function proof(api, head) {
  const result = h('p');
  const verify = async () => {
    const { auditVerify } = await api.ask('AuditVerify');
    result.replaceChildren(
      auditVerify.isIntact
        ? pill(`intact: all ${auditVerify.verified} records`, 'good')
        : pill(`not intact: ${auditVerify.fault.message}`, 'bad'),
    );
  };
  return panel(
    'Audit log',
    h(
      'p',
      null,
      `${number(head.size)} records, signed ${instant(head.at)}. Root `,
      h('code', null, head.rootHash),
    ),
    h('p', null, act('Verify all of it', verify)),
    result,
  );
}

const incidents = (list) =>
  panel(
    'Incidents',
    table(
      [
        ['What', ({ title, cause }) => [h('b', null, title), h('br'), h('span', { class: 'soft' }, cause)]],
        ['', ({ severity }) => pill(severity, MOODS[severity])],
        ['', ({ status }) => pill(status, status === 'OPEN' ? 'warn' : 'good')],
        ['Since', ({ startedAt }) => instant(startedAt)],
        ['Seen to by', ({ owner }) => owner?.email ?? 'nobody'],
        [
          'Reached',
          ({ reach }) =>
            reach ? `customers: ${number(reach.customers)}, answers: ${number(reach.answers)}` : '–',
        ],
      ],
      list,
      'There was none.',
    ),
  );

const dataRequests = (list) =>
  panel(
    'Requests about personal data',
    table(
      [
        ['Person', ({ endUser }) => endUser?.externalId ?? 'forgotten'],
        ['Asks for', ({ kind }) => words(kind)],
        ['', ({ status, isOverdue }) => pill(isOverdue ? 'overdue' : status, isOverdue ? 'bad' : '')],
        ['Due', ({ dueAt }) => day(dueAt)],
        [
          'Versions that saw it',
          ({ affectedModelVersions }) => affectedModelVersions.map(({ number: no }) => no).join(', ') || '–',
        ],
      ],
      list,
      'Nobody asked for anything.',
    ),
  );

const assessments = (list) =>
  panel(
    'What models may do to people',
    table(
      [
        ['Use', ({ use, purpose }) => [h('b', null, use), h('br'), h('span', { class: 'soft' }, purpose)]],
        ['Model', ({ model }) => model.name],
        [
          'Tier',
          ({ tier, reasons }) =>
            h(
              'span',
              { title: reasons.map(({ article, says }) => `${article}: ${says}`).join('\n') },
              pill(tier, MOODS[tier] ?? ''),
            ),
        ],
        ['', ({ standing }) => pill(standing, MOODS[standing] ?? '')],
        ['Review by', ({ reviewBy }) => day(reviewBy)],
        ['Open actions', ({ actions }) => actions.nodes.filter(({ closedAt }) => !closedAt).length, 'number'],
      ],
      list,
      'No use was assessed yet.',
    ),
  );
