/** A person knows better than words how a topic is called. */
import { conflict, notFound } from '../../../kernel/errors';
import type { StaffPrincipal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { cleanText } from '../clean-text';
import { FEEDBACK_TOPIC_RENAMED } from '../feedback.events';
import { FeedbackTopic } from './feedback-topic.entity';
import type { FeedbackTopicRenameInput } from './topic.type';

export class TopicNamingService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  /** Named the same it is no change. Event: feedback-topic.renamed. @throws AppError NOT_FOUND, CONFLICT. */
  async rename(
    { id, name, expectedVersion }: FeedbackTopicRenameInput,
    actor: StaffPrincipal,
  ): Promise<FeedbackTopic> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const topics = this.database.unitOfWork.repository(FeedbackTopic);
      const before = await topics.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['input', 'id']);
      if (expectedVersion != null && expectedVersion !== before.version) throw namedMeanwhile(before);
      const after = { ...before, name: cleanText(name), version: before.version + 1 };
      if (after.name === before.name) return before;
      await topics.update(id, { name: after.name, version: after.version });
      // The name is a reviewer's own words: events carry ids alone.
      await this.events.emit({ type: FEEDBACK_TOPIC_RENAMED, subject: id, actor, before, after });
      return after;
    });
  }
}

function namedMeanwhile({ id, version }: FeedbackTopic) {
  const message = `The topic is at version ${version} now. Look at it again and decide anew.`;
  return conflict(message, ['input', 'expectedVersion'], id);
}
