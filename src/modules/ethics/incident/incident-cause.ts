/** Which events are incidents without anybody saying so, and how grave each is. */
import type { DomainEvent } from '../../../platform/events';
import { IncidentSeverity } from './incident.entity';

export const BY_HAND = 'manual';

export const CAUSES: readonly string[] = ['deployment.rolled-back', 'deployment.drift-found'];

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
  if (data.level !== 'MAJOR') return undefined;
  return {
    title: 'Traffic no longer resembles what the version learned from',
    severity: IncidentSeverity.MEDIUM,
    versionId: typeof data.versionId === 'string' ? data.versionId : null,
  };
}
