/** Latency, cost and ratings become metrics without a pipeline: what other modules say happened is added to the tests its answers were part of. */
import { bornAt } from '../../../kernel/id';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { INFERENCE_COMPLETED } from '../../inference';
import { FEEDBACK_SUBMITTED } from '../feature-tests.events';
import type { EarlierFigures } from './earlier-figures';
import { COST, FEEDBACK_SCORE, LATENCY_MS } from './metric-plan';
import type { AnswerFigure, ObservationRepository } from './observation.repository';

export class AnswerFiguresSubscriber implements EventSubscriber {
  readonly name = 'feature-tests.answer-figures';
  readonly types = [INFERENCE_COMPLETED, FEEDBACK_SUBMITTED];
  /** Most answers are part of no test: they need not be looked for among those that are. */
  readonly where = `type <> '${INFERENCE_COMPLETED}' or data->>'tests' <> '0'`;

  constructor(
    private readonly observations: ObservationRepository,
    private readonly earlier: EarlierFigures,
  ) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    const figures = events.flatMap(figuresOf);
    await this.observations.recordFigures(figures);
    await this.earlier.keep(figures);
  }
}

/** Cost is a decimal text in minor units; here it is a figure for statistics and is never summed into money. */
function figuresOf({ type, customerId, subject, data }: DomainEvent): AnswerFigure[] {
  if (type === INFERENCE_COMPLETED) {
    return [
      ...figure(customerId, subject, LATENCY_MS, data['totalMs']),
      ...figure(customerId, subject, COST, Number(data['cost'])),
    ];
  }
  return figure(customerId, data['inferenceId'], FEEDBACK_SCORE, data['score']);
}

/** Feedback without an answer or without a score is no figure. */
function figure(
  customerId: string | null,
  inferenceId: unknown,
  metric: string,
  value: unknown,
): AnswerFigure[] {
  if (!customerId || typeof inferenceId !== 'string') return [];
  const createdAt = bornAt(inferenceId);
  const usable = createdAt && typeof value === 'number' && Number.isFinite(value);
  return usable ? [{ inferenceId, customerId, createdAt, metric, value }] : [];
}
