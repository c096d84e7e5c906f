/** The figures as a table for spreadsheets. */
import { type CsvCell, csvLine } from '../../../kernel/csv';
import type { FairnessAccount } from '../fairness/fairness-of-version';
import type { GateAccount } from './gate-account';
import type { IncidentFigure, InventoryEntry, ReportContents, ReportParts } from './report-contents';
import { unitOf } from './report-tables';

type Line = readonly [part: string, item: string, figure: string, value: CsvCell];

const HEADER: readonly CsvCell[] = ['part', 'item', 'figure', 'value'];

export function reportCsv({ heading, parts }: ReportContents): string {
  const lines: Line[] = [
    ['report', heading.id, 'kind', heading.kind],
    ['report', heading.id, 'from', heading.period.from],
    ['report', heading.id, 'to', heading.period.to],
    ['report', heading.id, 'customer', heading.customer?.name ?? null],
    ...linesOf(parts),
  ];
  return [HEADER, ...lines].map(csvLine).join('');
}

function linesOf({
  consent,
  dataRequests = [],
  retention = [],
  privacySpending = [],
  feedback = [],
  models = [],
  liveFairness = [],
  impact = [],
  gates,
  incidents = [],
  audit,
}: ReportParts): Line[] {
  return [
    ...(consent?.byText ?? []).flatMap(({ purpose, textVersion, language, given, withdrawn }): Line[] => {
      const item = `${purpose} text ${textVersion} (${language})`;
      return [
        ['consent', item, 'given', given],
        ['consent', item, 'withdrawn', withdrawn],
      ];
    }),
    ...(consent?.standing ?? []).flatMap(({ purpose, agreeing, asked }): Line[] => [
      ['consent', purpose, 'agreeing', agreeing],
      ['consent', purpose, 'asked', asked],
    ]),
    ...dataRequests.flatMap(({ kind, received, closed, extended, overdue }): Line[] => [
      ['data requests', kind, 'received', received],
      ['data requests', kind, 'closed', closed],
      ['data requests', kind, 'extended', extended],
      ['data requests', kind, 'overdue', overdue],
    ]),
    ...retention.map(({ table, rows }): Line => ['retention', table, 'rows', rows]),
    ...privacySpending.flatMap(({ dataset, month, accounting, releases, spent, total }): Line[] => {
      const item = `${dataset} ${month}`;
      return [
        ['privacy budgets', item, 'releases', releases],
        ['privacy budgets', item, `spent ${unitOf(accounting)}`, spent],
        ['privacy budgets', item, `total ${unitOf(accounting)}`, total],
      ];
    }),
    ...feedback.flatMap(({ kind, submitted, withdrawn, triaged, closed, meanScore }): Line[] => [
      ['feedback', kind, 'submitted', submitted],
      ['feedback', kind, 'withdrawn', withdrawn],
      ['feedback', kind, 'triaged', triaged],
      ['feedback', kind, 'closed', closed],
      ['feedback', kind, 'mean score', meanScore],
    ]),
    ...models.flatMap(modelLines),
    ...liveFairness.flatMap(({ deployment, versionId, attribute, ...found }): Line[] => {
      const item = `${deployment} ${versionId} by ${attribute}`;
      return [
        ['live fairness', item, 'people', found.people],
        ['live fairness', item, found.measure, found.value],
        ['live fairness', item, `${found.measure} verdict`, found.verdict],
        ['live fairness', item, 'breaches', found.breaches],
      ];
    }),
    ...impact.flatMap(({ model, use, tier, standing, reviewBy, openActions, overdueActions }): Line[] => {
      const item = `${model} for ${use}`;
      return [
        ['impact', item, 'tier', tier],
        ['impact', item, 'standing', standing],
        ['impact', item, 'review by', reviewBy],
        ['impact', item, 'open actions', openActions],
        ['impact', item, 'overdue actions', overdueActions],
      ];
    }),
    ...(gates ? gateLines(gates) : []),
    ...incidents.flatMap(
      ({ incidentId: id, title, severity, openedAt, closedAt, correctiveAction, ...breach }): Line[] => [
        ['incidents', id, 'what', title],
        ['incidents', id, 'severity', severity],
        ['incidents', id, 'opened', openedAt],
        ['incidents', id, 'closed', closedAt],
        ['incidents', id, 'corrective action', correctiveAction],
        ...(breach.isPersonalDataBreach ? breachLines(id, breach) : []),
      ],
    ),
    ...(audit?.activity ?? []).map(({ action, count }): Line => ['audit', action, 'count', count]),
    ...(audit
      ? ([
          ['audit', 'log', 'size', audit.treeHead.size],
          ['audit', 'log', 'root', audit.treeHead.rootHash],
          ['audit', 'log', 'intact', String(audit.verification.isIntact)],
        ] satisfies Line[])
      : []),
  ];
}

function breachLines(
  id: string,
  breach: Pick<
    IncidentFigure,
    | 'becameAwareAt'
    | 'authorityDeadlineAt'
    | 'authorityNotifiedAt'
    | 'authorityReference'
    | 'authorityDelayReason'
    | 'authorityNotNeededReason'
    | 'isAuthorityOverdue'
    | 'customersNotified'
    | 'firstCustomerNotifiedAt'
    | 'lastCustomerNotifiedAt'
    | 'customersNotConcernedReason'
    | 'peopleNotification'
    | 'peopleNotificationReason'
    | 'peopleJudgedAt'
    | 'peopleNotifiedAt'
  >,
): Line[] {
  return [
    ['incidents', id, 'personal data breach, aware since', breach.becameAwareAt],
    ['incidents', id, 'authority to be notified until', breach.authorityDeadlineAt],
    ['incidents', id, 'authority notified', breach.authorityNotifiedAt],
    ['incidents', id, 'authority and reference', breach.authorityReference],
    ['incidents', id, 'why late', breach.authorityDelayReason],
    ['incidents', id, 'why not needed', breach.authorityNotNeededReason],
    ['incidents', id, 'notification overdue', String(breach.isAuthorityOverdue)],
    ['incidents', id, 'customers told', breach.customersNotified],
    ['incidents', id, 'first customer told', breach.firstCustomerNotifiedAt],
    ['incidents', id, 'last customer told', breach.lastCustomerNotifiedAt],
    ['incidents', id, 'why no customer is concerned', breach.customersNotConcernedReason],
    ['incidents', id, 'people to be told', breach.peopleNotification],
    ['incidents', id, 'why judged so', breach.peopleNotificationReason],
    ['incidents', id, 'judged', breach.peopleJudgedAt],
    ['incidents', id, 'people told', breach.peopleNotifiedAt],
  ];
}

function gateLines({ agreed, overrides }: GateAccount): Line[] {
  return [
    ['gate', 'all', 'agreed', agreed],
    ['gate', 'all', 'overridden', overrides.length],
    ...overrides.flatMap(({ deployment, version, at, by, reason, refused }): Line[] => {
      const item = `${deployment} ${version}`;
      return [
        ['gate', item, 'when', at],
        ['gate', item, 'who', by],
        ['gate', item, 'why', reason],
        ...refused.map(({ name, detail }): Line => ['gate', item, name, detail]),
      ];
    }),
  ];
}

function modelLines(entry: InventoryEntry): Line[] {
  const { model, number, contentHash, dataset, parents, derivation, metrics, fairness } = entry;
  const item = `${model} v${number}`;
  return [
    ['models', item, 'content hash', contentHash],
    ['models', item, 'data', dataset && `${dataset.name} v${dataset.number}`],
    ['models', item, 'made of', parents.map(({ id }) => id).join(' ')],
    ['models', item, 'made by', derivation && derivation.kind],
    ['models', item, 'consent scope', dataset && dataset.consentScope.join(' ')],
    ...metrics.map(({ name, value }): Line => ['models', item, name, value]),
    ...(fairness ? fairnessLines(item, fairness) : []),
  ];
}

function fairnessLines(item: string, { attributes }: FairnessAccount): Line[] {
  return attributes.flatMap(({ attribute, measures }) =>
    measures.flatMap(({ name, value, verdict }): Line[] => [
      ['fairness', `${item} by ${attribute}`, name, value],
      ['fairness', `${item} by ${attribute}`, `${name} verdict`, verdict],
    ]),
  );
}
