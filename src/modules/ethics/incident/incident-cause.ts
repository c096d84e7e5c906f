/** Which events are incidents without anybody saying so, and how grave each is. */
import type { DomainEvent } from '../../../platform/events';
import { FAIRNESS_BREACHED } from '../ethics.events';
import { IncidentSeverity } from './incident.entity';

export const BY_HAND = 'manual';

export const CAUSES: readonly string[] = [
  'deployment.rolled-back',
  'deployment.drift-found',
  FAIRNESS_BREACHED,
];

export interface Cause {
  readonly title: string;
  readonly severity: IncidentSeverity;
  /** The one version that it is about; null = whichever answers. */
  readonly versionId: string | null;
}

/** Undefined when it is not grave enough. */
export function causeOf({ type, data }: Pick<DomainEvent, 'type' | 'data'>): Cause | undefined {
  if (type === 'deployment.rolled-back')
    return { title: 'A deployment was rolled back', severity: IncidentSeverity.MEDIUM, versionId: null };
  const versionId = typeof data.versionId === 'string' ? data.versionId : null;
  if (type === FAIRNESS_BREACHED)
    return data.action === 'NOTIFY'
      ? undefined
      : { title: 'People are not treated alike', severity: IncidentSeverity.HIGH, versionId };
  if (data.level !== 'MAJOR') return undefined;
  const title = 'Traffic no longer resembles what the version learned from';
  return { title, severity: IncidentSeverity.MEDIUM, versionId };
}
