/** Feedback that is shown because something else led to it: what is like it, what belongs to a topic, what led to a flag. */
import type { RequestContext } from '../../platform/graphql';
import type { Feedback } from './feedback.entity';
import type { FeedbackLoaders } from './feedback.loader';
import type { FeedbackPageService } from './feedback-page.service';

export interface SeenFeedback {
  readonly feedback: Pick<FeedbackLoaders, 'feedbackById'>;
  readonly pages: Pick<FeedbackPageService, 'note'>;
}

/** In the order of the ids, as far as the caller may see it; that staff looked is noted. */
export async function feedbackSeen(
  ids: readonly string[],
  { feedback, pages }: SeenFeedback,
  context: RequestContext,
): Promise<Feedback[]> {
  const items = await Promise.all(ids.map((id) => feedback.feedbackById(context).load(id)));
  const seen = items.filter((item) => item !== null);
  await pages.note(seen, context);
  return seen;
}
