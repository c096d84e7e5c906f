/** What ethics tells the house. */
import type { NewEvent } from '../../platform/events';
import type { ImpactAction } from './impact/impact-action.entity';
import type { ImpactAssessment } from './impact/impact-assessment.entity';
import type { Incident } from './incident/incident.entity';
import type { ModelCard } from './model-card/model-card.entity';
import type { ComplianceReport } from './report/compliance-report.entity';

/** Carries the hashes of all forms of the report into the audit log. */
export function complianceReportCreated(report: ComplianceReport): NewEvent {
  const { id, customerId, kind, hash, htmlHash, csvHash } = report;
  return {
    type: 'compliance-report.created',
    customerId,
    subject: id,
    after: report,
    data: { kind, json: hash, html: htmlHash, csv: csvHash },
  };
}

export function incidentOpened(incident: Incident): NewEvent {
  const { id, customerId, severity, cause, subjectId } = incident;
  return {
    type: 'incident.opened',
    customerId,
    subject: id,
    after: incident,
    data: { severity, cause, subjectId },
  };
}

export function incidentUpdated(before: Incident, after: Incident): NewEvent {
  const { id, customerId, severity, ownerId, startedAt } = after;
  return {
    type: 'incident.updated',
    customerId,
    subject: id,
    before,
    after,
    data: { severity, ownerId, startedAt },
  };
}

export function incidentClosed(before: Incident, after: Incident): NewEvent {
  const { id, customerId, correctiveAction } = after;
  return {
    type: 'incident.closed',
    customerId,
    subject: id,
    before,
    after,
    reason: correctiveAction ?? undefined,
  };
}

export function modelCardApproved(card: ModelCard): NewEvent {
  const { id, customerId, modelVersionId, version } = card;
  return {
    type: 'model-card.approved',
    customerId,
    subject: id,
    after: card,
    data: { modelVersionId, version },
  };
}

export function impactAssessmentRecorded(assessment: ImpactAssessment): NewEvent {
  const { id, customerId, modelId, use, number, tier } = assessment;
  return {
    type: 'impact-assessment.recorded',
    customerId,
    subject: id,
    after: assessment,
    data: { modelId, use, number, tier },
  };
}

export function impactActionClosed(before: ImpactAction, after: ImpactAction): NewEvent {
  const { id, customerId, modelId, use, outcome } = after;
  return {
    type: 'impact-action.closed',
    customerId,
    subject: id,
    before,
    after,
    reason: outcome ?? undefined,
    data: { modelId, use },
  };
}
