/** Where feedback stands, and where it may go from there. */
import { registerEnumType } from 'type-graphql';

export enum FeedbackStatus {
  NEW = 'NEW',
  TRIAGED = 'TRIAGED',
  PLANNED = 'PLANNED',
  IN_PROGRESS = 'IN_PROGRESS',
  RESOLVED = 'RESOLVED',
  DECLINED = 'DECLINED',
  DUPLICATE = 'DUPLICATE',
}

registerEnumType(FeedbackStatus, {
  name: 'FeedbackStatus',
  description: 'Where feedback stands.',
  valuesConfig: {
    NEW: { description: 'Nobody has looked at it yet.' },
    TRIAGED: { description: 'A reviewer has looked at it.' },
    PLANNED: { description: 'It will be worked on.' },
    IN_PROGRESS: { description: 'It is being worked on.' },
    RESOLVED: { description: 'Done.' },
    DECLINED: { description: 'Will not be done; the history says why.' },
    DUPLICATE: { description: 'Merged into another one, which keeps its vote.' },
  },
});

const { NEW, TRIAGED, PLANNED, IN_PROGRESS, RESOLVED, DECLINED, DUPLICATE } = FeedbackStatus;

/** Closed feedback is opened again by triage; DUPLICATE is entered and left by merging alone. */
const NEXT: Readonly<Record<FeedbackStatus, readonly FeedbackStatus[]>> = {
  [NEW]: [TRIAGED, PLANNED, IN_PROGRESS, RESOLVED, DECLINED],
  [TRIAGED]: [PLANNED, IN_PROGRESS, RESOLVED, DECLINED],
  [PLANNED]: [TRIAGED, IN_PROGRESS, RESOLVED, DECLINED],
  [IN_PROGRESS]: [TRIAGED, PLANNED, RESOLVED, DECLINED],
  [RESOLVED]: [TRIAGED],
  [DECLINED]: [TRIAGED],
  [DUPLICATE]: [],
};

export const OPEN_STATUSES: readonly FeedbackStatus[] = [NEW, TRIAGED, PLANNED, IN_PROGRESS];

export function mayBecome(from: FeedbackStatus, to: FeedbackStatus): boolean {
  return from === to || NEXT[from].includes(to);
}
