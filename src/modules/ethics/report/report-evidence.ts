/** The query behind each part of a report. Whoever may read compliance sends it and gets the same figures. */
import type { Evidence, PartName, ReportHeading } from './report-contents';

const FIGURES = (selection: string): string =>
  `query Figures($period: PeriodInput!, $customerId: ID) {
  complianceFigures(period: $period, customerId: $customerId) {
    ${selection}
  }
}`;

const CONSENT = FIGURES(`consents { purpose textVersion language given withdrawn }
    standingConsents { purpose agreeing asked }`);

const DATA_REQUESTS = FIGURES('dataRequests { kind received closed overdue }');

const FEEDBACK = FIGURES('feedback { action count }');

const ACTIVITY = FIGURES('activity { action count }');

const MODELS = `query Models {
  models(first: 100) {
    nodes {
      name
      task
      versions(first: 100) {
        nodes {
          id number contentHash engine createdAt
          metrics { name value interval n }
          datasetVersion { number rows consentScope dataset { name } }
          fairness {
            rows level minimumGroupSize suppressedGroups
            attributes {
              attribute
              groups { group n selectionRate { value interval } truePositiveRate { value interval } falsePositiveRate { value interval } precision { value interval } }
              measures { name value interval threshold verdict highest lowest }
            }
          }
        }
      }
    }
  }
}`;

const HEAD = `query Head($from: BigInt!) {
  auditTreeHead {
    size rootHash at signature keyId publicKey
    consistency(from: $from) { firstSize firstRootHash secondSize secondRootHash path }
  }
}`;

const VERIFY = `query Verify {
  auditVerify { isIntact verified fault { kind index recordId message } }
}`;

/** `headSize`: the size of the log when the period began. */
export function evidenceFor(
  part: PartName,
  { period, customer }: ReportHeading,
  headSize: string,
): readonly Evidence[] {
  const variables = { period, customerId: customer?.id ?? null };
  switch (part) {
    case 'consent':
      return [{ query: CONSENT, variables }];
    case 'dataRequests':
      return [{ query: DATA_REQUESTS, variables }];
    case 'feedback':
      return [{ query: FEEDBACK, variables }];
    case 'models':
      return [{ query: MODELS, variables: {} }];
    case 'audit':
      return [
        { query: ACTIVITY, variables },
        { query: HEAD, variables: { from: headSize } },
        { query: VERIFY, variables: {} },
      ];
  }
}
