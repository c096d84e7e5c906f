/** What models made of words, one statement a request, as far as the caller may see the words themselves. */
import type { Database } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { visibleTo } from '../feedback.loader';
import { FeedbackAnalysis } from './feedback-analysis.entity';
import type { Sentiment } from './sentiment.type';
import type { SimilarFeedbackRepository } from './similar-feedback.repository';

export interface AnalysisLoaders {
  /** Null without words, and until they were read. */
  readonly sentimentOfFeedback: ReturnType<typeof defineLoader<string, Sentiment | null>>;
  readonly similarToFeedback: ReturnType<typeof defineLoader<string, string[]>>;
}

const SENTIMENT = { feedbackId: true, sentimentLabel: true, sentimentScore: true, sentimentVersionId: true };

export function createAnalysisLoaders(
  { read }: Pick<Database, 'read'>,
  similar: Pick<SimilarFeedbackRepository, 'nearest'>,
): AnalysisLoaders {
  return {
    sentimentOfFeedback: defineLoader<string, Sentiment | null>(async (ids, context) => {
      const where = { ...visibleTo(context), feedbackId: { in: ids }, sentimentScore: { not: null } };
      const selection = SENTIMENT as Record<keyof typeof SENTIMENT, true>;
      const rows = await read.list(FeedbackAnalysis, { scope: context.scope, where, selection });
      return inOrder(ids, rows, ({ feedbackId }) => feedbackId).map(
        (row) =>
          row && {
            label: row.sentimentLabel!,
            score: row.sentimentScore!,
            modelVersionId: row.sentimentVersionId!,
          },
      );
    }),
    similarToFeedback: defineLoader<string, string[]>((ids, context) => similar.nearest(ids, context)),
  };
}
