/** What ethics holds of a customer: groups go, proof stays. */
import type { CustomerDataHolder } from '../../platform/module';

const PROOF = 'as proof of what was done (GDPR Art. 5(2)); ids, figures and what staff wrote';
const DOCUMENTED = 'as the law wants incidents and breaches documented (GDPR Art. 33(5))';

export const ETHICS_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'end_user_groups',
    holds: 'groups that its people told of themselves',
    kept: null,
    goes: { key: ['customer_id', 'end_user_id', 'attribute'] },
  },
  {
    table: 'fairness_counted_people',
    holds: 'that people were counted by their groups',
    kept: null,
    goes: { key: ['customer_id', 'end_user_id', 'monitor_id', 'model_version_id', 'kind', 'quarter'] },
  },
  {
    table: 'fairness_counts',
    holds: 'sums of answers by group',
    kept: 'sums that name nobody, five years unless configured otherwise',
    goes: null,
  },
  {
    table: 'fairness_monitors',
    holds: 'what is watched for unfairness',
    kept: PROOF,
    goes: null,
  },
  {
    table: 'fairness_breaches',
    holds: 'unfairness that was found',
    kept: PROOF,
    goes: null,
  },
  {
    table: 'compliance_reports',
    holds: 'reports for regulators',
    kept: PROOF,
    goes: null,
  },
  {
    table: 'model_cards',
    holds: 'what is told of a model',
    kept: 'nothing of the customer’s own: models, data sets and deployments are the operator’s, and name a customer only where one is served alone',
    goes: null,
  },
  {
    table: 'incidents',
    holds: 'incidents that concerned it',
    kept: DOCUMENTED,
    goes: null,
  },
  {
    table: 'incident_entries',
    holds: 'what was done about them',
    kept: DOCUMENTED,
    goes: null,
  },
  {
    table: 'breach_notices',
    holds: 'what it was told of breaches',
    kept: DOCUMENTED,
    goes: null,
  },
  {
    table: 'impact_assessments',
    holds: 'assessments of a use',
    kept: PROOF,
    goes: null,
  },
  {
    table: 'impact_actions',
    holds: 'what was to be done after them',
    kept: PROOF,
    goes: null,
  },
];
