/** The query behind each part of a report. Whoever may read compliance sends it and gets the same figures. */
import type { Evidence, InventoryEntry, PartName, ReportHeading, ReportParts } from './report-contents';

const FIGURES = (selection: string): string =>
  `query Figures($period: PeriodInput!, $customerId: ID) {
  complianceFigures(period: $period, customerId: $customerId) {
    ${selection}
  }
}`;

const CONSENT = FIGURES(`consents { purpose textVersion language given withdrawn }
    standingConsents { purpose agreeing asked }`);

const DATA_REQUESTS = FIGURES('dataRequests { kind received closed extended overdue }');

const RETENTION = FIGURES('retention { table runs rows }');

const PRIVACY_SPENDING = FIGURES('privacySpending { dataset month accounting releases spent total }');

const FEEDBACK = FIGURES('feedback { kind submitted withdrawn triaged closed meanScore }');

const GATES = FIGURES(`gates {
      agreed
      overrides { deploymentId deployment version move at by reason refused { name detail } }
    }`);

const IMPACT = FIGURES(
  'impact { assessmentId model use number tier owner reviewBy standing openActions overdueActions }',
);

const LIVE_FAIRNESS = FIGURES(`liveFairness {
      deploymentId deployment versionId attribute people groups measure value threshold verdict highest lowest breaches
    }`);

const INCIDENTS = FIGURES(`incidents {
      incidentId title severity cause openedAt closedAt correctiveAction isPersonalDataBreach becameAwareAt authorityDeadlineAt
      authorityNotifiedAt authorityReference authorityDelayReason authorityNotNeededReason isAuthorityOverdue
      customersNotified firstCustomerNotifiedAt lastCustomerNotifiedAt customersNotConcernedReason
      peopleNotification peopleNotificationReason peopleJudgedAt peopleNotifiedAt
    }`);

const ACTIVITY = FIGURES('activity { action count }');

const MODELS = `query Versions($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id number contentHash engine createdAt
      model { name task }
      metrics { name value interval n }
      parents { id }
      derivation { kind }
      datasetVersion { id number rows consentScope dataset { name } }
      fairness {
        rows level minimumGroupSize suppressedGroups
        attributes {
          attribute
          groups { group n isJudged ...Rates }
          measures { name value interval threshold verdict highest lowest violatedBetween }
        }
      }
    }
  }
}
fragment Rates on FairnessGroup {
  selectionRate { value interval n }
  truePositiveRate { value interval n }
  falsePositiveRate { value interval n }
  precision { value interval n }
  accuracy { value interval n }
}`;

/** So many versions a query that its cost stays within anybody's limit. */
const VERSIONS_A_QUERY = 20;

const HEAD = `query Head($from: BigInt!) {
  auditTreeHead {
    size rootHash at signature keyId publicKey
    consistency(from: $from) { firstSize firstRootHash secondSize secondRootHash path }
  }
}`;

const VERIFY = `query Verify {
  auditVerify { isIntact verified fault { kind index recordId message } }
}`;

export function evidenceFor(part: PartName, heading: ReportHeading, parts: ReportParts): readonly Evidence[] {
  const variables = { period: heading.period, customerId: heading.customer?.id ?? null };
  switch (part) {
    case 'consent':
      return [{ query: CONSENT, variables }];
    case 'dataRequests':
      return [{ query: DATA_REQUESTS, variables }];
    case 'retention':
      return [{ query: RETENTION, variables }];
    case 'privacySpending':
      return [{ query: PRIVACY_SPENDING, variables }];
    case 'feedback':
      return [{ query: FEEDBACK, variables }];
    case 'liveFairness':
      return [{ query: LIVE_FAIRNESS, variables }];
    case 'impact':
      return [{ query: IMPACT, variables }];
    case 'incidents':
      return [{ query: INCIDENTS, variables }];
    case 'gates':
      return [{ query: GATES, variables }];
    case 'models':
      return modelEvidence(parts.models ?? []);
    case 'audit':
      return [
        { query: ACTIVITY, variables },
        { query: HEAD, variables: { from: parts.audit?.consistency?.firstSize ?? '0' } },
        { query: VERIFY, variables: {} },
      ];
  }
}

function modelEvidence(models: readonly InventoryEntry[]): Evidence[] {
  const ids = models.map(({ versionId }) => versionId);
  const queries = Math.ceil(ids.length / VERSIONS_A_QUERY);
  return Array.from({ length: queries }, (_, i) => ({
    query: MODELS,
    variables: { ids: ids.slice(i * VERSIONS_A_QUERY, (i + 1) * VERSIONS_A_QUERY) },
  }));
}
