/** What privacy tells the house. Ids and purposes only: what was consented to stands in the tables. */
import type { NewEvent } from '../../platform/events';
import type { ConsentRecord } from './consent-record.entity';
import type { Decision } from './register/decision';
import type { RetentionRun } from './retention/retention-run.entity';
import type { ConsentText } from './consent-text/consent-text.entity';
import { type DataRequest, DataRequestStatus } from './data-request/data-request.entity';

/** `consent.given` or `consent.withdrawn`; the subject is the record, `data` names the person and the purpose. */
export function consentEvent(record: ConsentRecord, textVersion: number): NewEvent {
  const { id, customerId, endUserId, purpose, granted, method, textId } = record;
  return {
    type: granted ? 'consent.given' : 'consent.withdrawn',
    customerId,
    subject: id,
    after: record,
    data: { endUserId, purpose, method, textId, textVersion },
  };
}

/** People are asked with other words from now on; the subject is the text. */
export function consentTextPublished(text: ConsentText, before: ConsentText | undefined): NewEvent {
  const { id, purpose, language, version } = text;
  return {
    type: 'consent-text.published',
    subject: id,
    before,
    after: text,
    data: { purpose, language, version },
  };
}

export function dataRequestCreated(request: DataRequest): NewEvent {
  const { id, customerId, endUserId, kind, dueAt } = request;
  return {
    type: 'data-request.created',
    customerId,
    subject: id,
    after: request,
    data: { endUserId, kind, dueAt },
  };
}

/** Somebody made sure who asks, by which way; the subject is the request. */
export function identityVerified(before: DataRequest, after: DataRequest): NewEvent {
  const { id, customerId, endUserId, kind, identityVerification } = after;
  return {
    type: 'data-request.identity-verified',
    customerId,
    subject: id,
    before,
    after,
    data: { endUserId, kind, identityVerification },
  };
}

/** It takes longer than a month; the subject is the request, and why stands there. */
export function dataRequestExtended(before: DataRequest, after: DataRequest): NewEvent {
  const { id, customerId, endUserId, kind, dueAt } = after;
  return {
    type: 'data-request.extended',
    customerId,
    subject: id,
    before,
    after,
    data: { endUserId, kind, firstDueAt: before.dueAt, dueAt },
  };
}

/** `data-request.fulfilled` or `data-request.refused`; `data` says how many rows of which table. */
export function dataRequestClosed(request: DataRequest): NewEvent {
  const { id, customerId, endUserId, kind, status, outcome } = request;
  const rows = outcome?.map(({ table, action, rows }) => ({ table, action, rows })) ?? [];
  return {
    type: status === DataRequestStatus.DONE ? 'data-request.fulfilled' : 'data-request.refused',
    customerId,
    subject: id,
    after: request,
    data: { endUserId, kind, rows },
  };
}

/** The copy of a request was downloaded under its address: by whoever had it. */
export function copyDownloaded({ id, customerId, endUserId }: DataRequest): NewEvent {
  return { type: 'data-request.copy-downloaded', customerId, subject: id, data: { endUserId } };
}

/** What went because its time was over; the subject is the run. */
export function retentionCompleted(run: RetentionRun): NewEvent {
  const rows = run.results.map(({ table, rows: count }) => ({ table, rows: count }));
  return { type: 'retention.completed', subject: run.id, after: run, data: { rows } };
}

/** Somebody of the operator looked at what is kept about a person. */
export function personalDataRead(customerId: string, endUserId: string, what: readonly string[]): NewEvent {
  return { type: 'personal-data.read', customerId, subject: endUserId, data: { what } };
}

/** What a person decided was carried out again, because the database did not know it any more. */
export function decisionRepeated({ customerId, endUserId, kind, purpose, at }: Decision): NewEvent {
  return {
    type: 'end-user.decision-repeated',
    customerId,
    subject: endUserId,
    reason: 'The database was put back to an earlier day.',
    data: { kind, at, ...(purpose && { purpose }) },
  };
}
