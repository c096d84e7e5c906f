/** Keeps the answers of which the net promoter score is made: feedback's events in, one row an answer that stands. */
import type { UnitOfWork } from '../../../platform/database';
import type { EventSubscriber, Projection } from '../../../platform/events';
import { NpsAnswer } from './nps-answer.entity';

/** Feedback tells every score as 0–1. */
const BEST = 10;

export class NpsService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  readonly subscriber: EventSubscriber = {
    name: 'market.nps',
    types: ['feedback.submitted', 'feedback.changed', 'feedback.withdrawn'],
    where: `data->>'kind' = 'NPS'`,
    handle: async (events) => {
      const answers = this.unitOfWork.repository(NpsAnswer);
      for (const { customerId, subject, at, data } of events) {
        const key = { customerId: customerId!, feedbackId: subject };
        const { score, endUserId } = data as {
          readonly score: number | null;
          readonly endUserId: string | null;
        };
        if (score === null) {
          await answers.delete(key);
          continue;
        }
        const said = Math.round(score * BEST);
        if (await answers.existsBy(key)) await answers.update(key, { score: said });
        else await answers.insert({ ...key, at, endUserId, score: said });
      }
    },
  };

  readonly projection: Projection = {
    name: this.subscriber.name,
    tables: ['nps_answers'],
    holds: 'the answers of which the net promoter score is made',
  };
}
