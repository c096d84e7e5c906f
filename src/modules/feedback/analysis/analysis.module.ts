/** Builds what reads the words of feedback by machine. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { InferenceModule } from '../../inference';
import type { ModelsModule } from '../../models';
import type { FeedbackLoaders } from '../feedback.loader';
import type { FeedbackPageService } from '../feedback-page.service';
import { ANALYSIS_PERSONAL_DATA } from './analysis-personal-data';
import { createAnalysisLoaders } from './analysis.loader';
import { AnalysisRepository } from './analysis.repository';
import { FeedbackAnalysisResolver, SentimentResolver } from './analysis.resolver';
import { AnalysisService } from './analysis.service';
import { FeedbackAnalysis } from './feedback-analysis.entity';
import { FeedbackTrendService } from './feedback-trend.service';
import { SimilarFeedbackRepository } from './similar-feedback.repository';
import { TextModelService } from './text-model.service';
import { WordsSubscriber } from './words.subscriber';

export const analysisEntities = [FeedbackAnalysis];

export interface AnalysisDoors {
  readonly models: Pick<ModelsModule, 'models' | 'loaders'>;
  readonly inference: Pick<InferenceModule, 'trial'>;
  readonly feedback: Pick<FeedbackLoaders, 'feedbackById'>;
  readonly pages: Pick<FeedbackPageService, 'note'>;
}

type Parts = Required<Pick<ModuleManifest, 'resolvers' | 'jobs' | 'subscribers' | 'personalData'>> & {
  /** Which version embeds, for those who compare vectors. */
  readonly readers: TextModelService;
};

export function createAnalysis(
  { database, clock, jobs, log }: Platform,
  { models, inference: { trial }, feedback, pages }: AnalysisDoors,
): Parts {
  const readers = new TextModelService({ database, models: models.models, trial });
  const analysis = new AnalysisService(new AnalysisRepository(database, clock), readers, log);
  const own = createAnalysisLoaders(database, new SimilarFeedbackRepository(database));
  return {
    readers,
    resolvers: [
      new FeedbackAnalysisResolver({ own, feedback, pages }, new FeedbackTrendService(database)),
      new SentimentResolver(models.loaders),
    ],
    jobs: [analysis.job as JobDefinition<never>],
    subscribers: [new WordsSubscriber(jobs, analysis.job.kind)],
    personalData: [ANALYSIS_PERSONAL_DATA],
  };
}
