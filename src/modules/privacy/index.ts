/** The door of privacy: consent as everyone else must ask for it, and the note of who looked at personal data. */
export { CONSENT_NOW_SQL, CONSENT_STATES_SQL } from './consent-now';
export { ConsentPurpose } from './consent-purpose';
export { ConsentState } from './consent-state.entity';
export { DataRequest, DataRequestKind } from './data-request/data-request.entity';
export { DataAction } from './data-request/data-request-outcome.type';
export type { ErasureService } from './data-request/erasure.service';
export type { MaskingService } from './masking/masking.service';
export type { PersonalDataAccess } from './personal-data-access';
export { createPrivacyModule, privacyEntities, type PrivacyModule } from './privacy.module';
export type {
  ConsentCount,
  DataRequestCount,
  PrivacySummaryService,
  StandingConsent,
} from './privacy-summary.service';
export { PrivacyAccounting } from './releases/privacy-loss';
export type { PrivacySpending, ReleaseSummaryService } from './releases/release-summary.service';
export type { ReleasableDataset, ReleasableMeasure } from './releases/releasable-dataset';
export { consentRequired } from './privacy.errors';
export { PersonInput } from './privacy.input';
export type { RetentionCount, RetentionService } from './retention/retention.service';
export { WITHDRAWN_SQL, WithdrawalSubscriber } from './withdrawal.subscriber';
