/** What a compliance report says, as data: the figures, and for each part the query that gives them again. */
import type { ActivityCount, AuditVerification, ConsistencyProof, SignedTreeHead } from '../../audit';
import type { FeedbackCount } from '../../feedback';
import type {
  ConsentCount,
  DataRequestCount,
  PrivacySpending,
  RetentionCount,
  StandingConsent,
} from '../../privacy';
import type { FairnessAccount } from '../fairness/fairness-of-version';
import type { AssessedUseFigure } from '../impact/impact-summary';
import type { LiveFairnessFigure } from '../live-fairness/live-fairness.service';
import type { GateAccount } from './gate-account';

export interface ReportHeading {
  readonly id: string;
  readonly kind: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly customer: { readonly id: string; readonly name: string } | null;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** The GraphQL query that answers the figures of a part, to be sent by whoever may read them. */
export interface Evidence {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface MetricFigure {
  readonly name: string;
  readonly value: number;
  readonly interval: readonly number[] | null;
}

export interface InventoryEntry {
  readonly versionId: string;
  readonly model: string;
  readonly task: string;
  readonly number: number;
  readonly contentHash: string;
  readonly engine: string;
  readonly createdAt: string;
  /** What it was made of, and how; empty and null for one that was made of no other. */
  readonly parents: readonly { readonly id: string }[];
  readonly derivation: { readonly kind: string } | null;
  readonly dataset: {
    readonly id: string;
    readonly name: string;
    readonly number: number;
    readonly rows: number;
    readonly consentScope: readonly string[];
  } | null;
  readonly metrics: readonly MetricFigure[];
  readonly fairness: FairnessAccount | null;
}

/** Never its subject's words: a title and an action are the operator's own. */
export interface IncidentFigure {
  readonly incidentId: string;
  readonly title: string;
  readonly severity: string;
  readonly cause: string;
  readonly openedAt: string;
  /** Null for one that was open when the period ended. */
  readonly closedAt: string | null;
  readonly correctiveAction: string | null;
  /** Null when nobody judged that. */
  readonly isPersonalDataBreach: boolean | null;
  readonly becameAwareAt: string;
  readonly authorityDeadlineAt: string | null;
  readonly authorityNotifiedAt: string | null;
  readonly authorityReference: string | null;
  readonly authorityDelayReason: string | null;
  readonly authorityNotNeededReason: string | null;
  readonly isAuthorityOverdue: boolean;
  /** Customers that were told of it, the first of them and the last; in a report about one customer, that it was. */
  readonly customersNotified: number;
  readonly firstCustomerNotifiedAt: string | null;
  readonly lastCustomerNotifiedAt: string | null;
  readonly customersNotConcernedReason: string | null;
  readonly peopleNotification: string | null;
  readonly peopleNotificationReason: string | null;
  readonly peopleJudgedAt: string | null;
  readonly peopleNotifiedAt: string | null;
}

export interface AuditFigures {
  readonly records: number;
  readonly activity: readonly ActivityCount[];
  readonly treeHead: SignedTreeHead;
  readonly publicKey: string;
  /** From the head that stood when the period began to the present one; null when the log was still empty then. */
  readonly consistency: ConsistencyProof | null;
  readonly verification: AuditVerification;
}

export interface ReportParts {
  readonly consent?: {
    readonly byText: readonly ConsentCount[];
    readonly standing: readonly StandingConsent[];
  };
  readonly dataRequests?: readonly DataRequestCount[];
  readonly retention?: readonly RetentionCount[];
  readonly privacySpending?: readonly PrivacySpending[];
  readonly feedback?: readonly FeedbackCount[];
  readonly models?: readonly InventoryEntry[];
  readonly liveFairness?: readonly LiveFairnessFigure[];
  readonly impact?: readonly AssessedUseFigure[];
  readonly gates?: GateAccount;
  readonly incidents?: readonly IncidentFigure[];
  readonly audit?: AuditFigures;
}

export type PartName = keyof ReportParts;

export interface ReportContents {
  readonly heading: ReportHeading;
  readonly parts: ReportParts;
  readonly evidence: { readonly [part in PartName]?: readonly Evidence[] };
}

export const PART_TITLES: { readonly [part in PartName]-?: string } = {
  consent: 'Consent',
  dataRequests: 'Requests of data subjects',
  retention: 'What was let go in time',
  privacySpending: 'Privacy budgets',
  feedback: 'Feedback',
  models: 'Model inventory and fairness',
  liveFairness: 'Fairness on live traffic',
  impact: 'What the uses may do to people',
  gates: 'The gate before production',
  incidents: 'What went wrong',
  audit: 'Audit proof',
};

/** Which parts each kind of report has. */
export const PARTS_OF = {
  FULL: [
    'consent',
    'dataRequests',
    'retention',
    'privacySpending',
    'feedback',
    'models',
    'liveFairness',
    'impact',
    'gates',
    'incidents',
    'audit',
  ],
  PRIVACY: ['consent', 'dataRequests', 'retention', 'privacySpending', 'audit'],
  MODELS: ['models', 'liveFairness', 'impact', 'gates', 'incidents', 'feedback', 'audit'],
} as const satisfies Record<string, readonly PartName[]>;

export type ReportKind = keyof typeof PARTS_OF;
