/** Reports and their proof, what people asked about their data, what models may do to people, and what is let go in time. */
import { act, choice, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, instant, lastMonths, number, personName, words } from '../format.mjs';
import { followed } from '../job.mjs';
import { assessments } from './assessments.mjs';
import { consentTexts } from './consent-texts.mjs';
import { releases } from './releases.mjs';
import { retention } from './retention.mjs';

const KINDS = ['FULL', 'PRIVACY', 'MODELS'];

export async function compliance({ api, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const listed = (name, field, show) => pages(async (after) => (await api.ask(name, { after }))[field], show);
  const [{ auditTreeHead }, made, ...others] = await Promise.all([
    api.ask('Compliance', {}),
    reports({ api, listed, mayMake: may('compliance:create'), reload }),
    may('data-request:read') && dataRequests({ api, listed, mayDecide: may('data-request:decide'), reload }),
    may('impact:read') && assessments({ listed, mayAssess: may('impact:assess') }),
    consentTexts({ api, mayPublish: may('consent-text:publish'), reload }),
    releases({ api, viewer }),
    retention(api),
  ]);
  return h('div', null, h('h1', null, 'Compliance'), made, proof(api, auditTreeHead), others);
}

async function reports({ api, listed, mayMake, reload }) {
  const progress = h('div');
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
      if (await followed(api, job.id, progress)) await reload();
    },
  });
  return panel(
    'Reports',
    mayMake && [order, progress],
    await listed('Compliance', 'complianceReports', (nodes) =>
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
        nodes,
        'No report was made yet.',
      ),
    ),
  );
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

async function dataRequests({ api, listed, mayDecide, reload }) {
  const then = async (name, input) => {
    await api.act(name, input);
    await reload();
  };
  const decide = ({ id, kind, status, endUser }) => [
    endUser?.restrictedAt &&
      unfold(
        'Nothing of theirs is used',
        h(
          'p',
          { class: 'soft' },
          `Since ${instant(endUser.restrictedAt)}. They are to be told before it is.`,
        ),
        act('Let it be used again', () => then('RestrictionLift', { endUserId: endUser.id })),
      ),
    status === 'RECEIVED' && [
      unfold(
        'Fulfil',
        form({
          action: 'Fulfil it',
          fields: field('What the person is told', {
            name: 'answer',
            maxlength: 2000,
            required: kind === 'RECTIFICATION',
          }),
          submit: ({ answer }) => then('DataRequestFulfil', { id, ...(answer && { answer }) }),
        }),
      ),
      unfold(
        'Refuse',
        form({
          action: 'Refuse it',
          fields: field('Why, as the person is told', {
            name: 'reason',
            required: true,
            minlength: 10,
            maxlength: 2000,
          }),
          submit: ({ reason }) => then('DataRequestRefuse', { id, reason }),
        }),
      ),
    ],
  ];
  return panel(
    'Requests about personal data',
    await listed('DataRequests', 'dataRequests', (nodes) =>
      table(
        [
          ['Person', ({ endUser }) => (endUser ? personName(endUser) : 'forgotten')],
          ['Asks for', ({ kind, details }) => [words(kind), details && h('p', { class: 'soft' }, details)]],
          ['', ({ status, isOverdue }) => pill(isOverdue ? 'overdue' : status, isOverdue ? 'bad' : '')],
          ['Due', ({ dueAt }) => day(dueAt)],
          [
            'Versions that saw it',
            ({ affectedModelVersions }) =>
              affectedModelVersions.map(({ number: no }) => no).join(', ') || '–',
          ],
          ['', (request) => mayDecide && decide(request)],
        ],
        nodes,
        'Nobody asked for anything.',
      ),
    ),
  );
}
