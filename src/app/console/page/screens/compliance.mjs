/** Reports and their proof, what people asked about their data, what models may do to people, and what is let go in time. */
import { act, choice, field, form, h, pages, panel, pill, table } from '../dom.mjs';
import { day, instant, lastMonths, number, words } from '../format.mjs';
import { followed } from '../job.mjs';
import { assessments } from './assessments.mjs';
import { consentTexts } from './consent-texts.mjs';
import { dataRequests } from './data-requests.mjs';
import { personSearch } from './person.mjs';
import { releases } from './releases.mjs';
import { retention } from './retention.mjs';

/** The end of a period is not in it, so that days alone would tell a part of a day as none. */
const moment = (iso) => (/T00:00:00(\.0+)?Z$/.test(iso) ? day(iso) : instant(iso));

const KINDS = ['FULL', 'PRIVACY', 'MODELS'];

export async function compliance({ api, viewer, query, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const listed = (name, field, show) => pages(async (after) => (await api.ask(name, { after }))[field], show);
  const [{ auditTreeHead }, made, ...others] = await Promise.all([
    api.ask('Compliance', {}),
    reports({ api, listed, mayMake: may('compliance:create'), reload }),
    may('data-request:read') && dataRequests({ api, query, mayDecide: may('data-request:decide'), reload }),
    personSearch(api),
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
    loses: 'nothing',
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
          ['Of', ({ period }) => `${moment(period.from)} – ${moment(period.to)}`],
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
  const result = h('p', { role: 'status' });
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
    h('p', null, h('a', { href: '#/compliance/audit' }, 'Look something up, with its proof')),
    result,
  );
}
