/** Whoever takes back what stood for others speaks for nobody any more: the others are heard themselves. */
import type { Principal } from '../../../kernel/principal';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { FEEDBACK_WITHDRAWN } from '../feedback.events';
import type { TriageService } from './triage.service';

const SYSTEM: Principal = { kind: 'SYSTEM', name: 'feedback' };

export class LeftDuplicatesSubscriber implements EventSubscriber {
  readonly name = 'feedback.left-duplicates';
  readonly types = [FEEDBACK_WITHDRAWN];

  constructor(private readonly triage: TriageService) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { subject } of events) await this.triage.freeDuplicatesOf(subject, SYSTEM);
  }
}
