/** What ethics tells the house. */
import type { NewEvent } from '../../platform/events';
import type { BreachNotice } from './breach-notice/breach-notice.entity';
import type { FairnessBreach } from './live-fairness/fairness-breach.entity';
import type { FairnessMonitor } from './live-fairness/fairness-monitor.entity';
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
  const { id, customerId, severity, ownerId, startedAt, isPersonalDataBreach, authorityNotifiedAt } = after;
  return {
    type: 'incident.updated',
    customerId,
    subject: id,
    before,
    after,
    data: { severity, ownerId, startedAt, isPersonalDataBreach, authorityNotifiedAt },
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

/** The hash is that of the text, which stands in the notices. */
export function customersNotified(
  { id, customerId }: Incident,
  customers: number,
  textHash: string,
): NewEvent {
  return { type: 'incident.customers-notified', customerId, subject: id, data: { customers, textHash } };
}

/** It left by mail, to so many addresses. */
export function breachNoticeSent(notice: BreachNotice): NewEvent {
  const { id, customerId, incidentId, mailedTo } = notice;
  return {
    type: 'breach-notice.sent',
    customerId,
    subject: id,
    after: notice,
    data: { incidentId, mailedTo },
  };
}

export function breachNoticeAcknowledged(before: BreachNotice, after: BreachNotice): NewEvent {
  const { id, customerId, incidentId } = after;
  return {
    type: 'breach-notice.acknowledged',
    customerId,
    subject: id,
    before,
    after,
    data: { incidentId },
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

export const FAIRNESS_BREACHED = 'deployment.fairness-breached';

/** Its subject is the deployment: whom it concerns are those whom that answers. */
export function fairnessBreached(breach: FairnessBreach): NewEvent {
  const { id, customerId, deploymentId, monitorId, modelVersionId, measure, threshold, figures, action } =
    breach;
  return {
    type: FAIRNESS_BREACHED,
    customerId,
    subject: deploymentId,
    after: breach,
    data: { breachId: id, monitorId, versionId: modelVersionId, measure, threshold, action, ...figures },
  };
}

export function fairnessMonitorSet(monitor: FairnessMonitor, before: FairnessMonitor | undefined): NewEvent {
  const { id, customerId, deploymentId, attributes, measure, threshold, minimumGroupSize, action } = monitor;
  const names = attributes.map(({ name }) => name);
  return {
    type: 'fairness-monitor.set',
    customerId,
    subject: id,
    before,
    after: monitor,
    data: { deploymentId, attributes: names, measure, threshold, minimumGroupSize, action },
  };
}

export function fairnessMonitorEnded(before: FairnessMonitor, after: FairnessMonitor): NewEvent {
  const { id, customerId, deploymentId } = after;
  return { type: 'fairness-monitor.ended', customerId, subject: id, before, after, data: { deploymentId } };
}
