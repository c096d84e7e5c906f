/** Whoever says something is answered at once; that it is read by machine is ordered behind, with what was said at the same time. */
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { FEEDBACK_CHANGED, FEEDBACK_SUBMITTED } from '../feedback.events';
import type { AnalysisOrder } from './analysis.service';

export class WordsSubscriber implements EventSubscriber {
  readonly name = 'feedback.words';
  readonly types = [FEEDBACK_SUBMITTED, FEEDBACK_CHANGED];
  readonly where = `(data->>'hasWords')::boolean`;

  constructor(
    private readonly jobs: Pick<Jobs, 'enqueue'>,
    private readonly kind: string,
  ) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    const ids = [...new Set(events.map(({ subject }) => subject))];
    await this.jobs.enqueue<AnalysisOrder>(this.kind, { ids });
  }
}
