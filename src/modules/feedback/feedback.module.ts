/** Builds the feedback module: what people say about answers and the product, and what becomes of it. */
import type { IdPrefix } from '../../kernel/id';
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { DeploymentsModule } from '../deployments';
import type { FeatureTestsModule } from '../feature-tests';
import { type IdentityModule, may } from '../identity';
import type { InferenceModule } from '../inference';
import type { ModelsModule } from '../models';
import type { CuratedRowSource, TrainingModule } from '../training';
import { FEEDBACK_CUSTOMER_DATA } from './customer-data';
import { analysisEntities, createAnalysis } from './analysis/analysis.module';
import { curationWithdrawal } from './curation/curation-withdrawal';
import { CURATED_RETENTION, curatedPersonalData } from './curation/curated-personal-data';
import { CuratedRow, CuratedRowUse } from './curation/curated-row.entity';
import { CorrectedAnswerService } from './curation/corrected-answer.service';
import { CuratedRowRepository } from './curation/curated-row.repository';
import { createCurationLoaders } from './curation/curation.loader';
import { CurationResolver, FeedbackCurationResolver } from './curation/curation.resolver';
import { CurationService } from './curation/curation.service';
import { AffectedVersionsResolver } from './curation/affected-versions.resolver';
import { RowProvenanceService } from './curation/row-provenance.service';
import type { PrivacyModule, ReleasableDataset } from '../privacy';
import { Feedback } from './feedback.entity';
import { createFeedbackLoaders, type FeedbackLoaders } from './feedback.loader';
import { FeedbackEventResolver, FeedbackResolver } from './feedback.resolver';
import { FeedbackService } from './feedback.service';
import { FeedbackActResolver } from './feedback-act.resolver';
import { FeedbackEvent } from './feedback-event.entity';
import { FeedbackGiverService } from './feedback-giver.service';
import { FeedbackHistoryService } from './feedback-history.service';
import {
  FeedbackOfCustomerResolver,
  FeedbackOfEndUserResolver,
  FeedbackOfInferenceResolver,
} from './feedback-of.resolver';
import { FeedbackPageService } from './feedback-page.service';
import { FeedbackSummaryService } from './figures/feedback-summary.service';
import { createFollowUp, followUpEntities } from './follow-up/follow-up.module';
import { LeftDuplicatesSubscriber } from './triage/left-duplicates.subscriber';
import { MonthlyRevenue } from './triage/monthly-revenue.service';
import { FEEDBACK_PERSONAL_DATA, FEEDBACK_RETENTION } from './personal-data';
import { RankingService } from './triage/ranking.service';
import { RatingHistoryService } from './figures/rating-history.service';
import { satisfactionDataset } from './figures/satisfaction-dataset';
import { createTopics, topicEntities } from './topics/topics.module';
import type { FeedbackTopicsService } from './topics/topic-figures.service';
import { signalWithdrawal } from './signals/signal-withdrawal';
import { FeedbackSignal } from './signals/feedback-signal.entity';
import { SIGNALS_PERSONAL_DATA, SIGNALS_RETENTION } from './signals/signal-personal-data';
import { SignalResolver } from './signals/signal.resolver';
import { SignalService } from './signals/signal.service';
import { SurveyAsk } from './survey/survey-ask.entity';
import { SurveyFiguresService } from './survey/survey-figures.service';
import { SURVEYS_PERSONAL_DATA, SURVEYS_RETENTION } from './survey/survey-personal-data';
import { SurveyResolver } from './survey/survey.resolver';
import { SurveyService } from './survey/survey.service';
import { FeedbackWordsService } from './words/feedback-words.service';
import { BulkTriageService } from './triage/bulk-triage.service';
import { TriageService } from './triage/triage.service';

export const feedbackEntities = [
  Feedback,
  FeedbackEvent,
  CuratedRow,
  CuratedRowUse,
  ...analysisEntities,
  ...topicEntities,
  ...followUpEntities,
  FeedbackSignal,
  SurveyAsk,
];

export interface FeedbackModule {
  /** What the compliance report says of feedback. */
  readonly summaries: FeedbackSummaryService;
  /** What people speak of, by customer and in figures alone: for a map of demand. */
  readonly topics: FeedbackTopicsService;
  /** What people answered when they were asked how they would miss the product, by customer and in figures alone. */
  readonly surveys: SurveyFiguresService;
  /** What people said in words, for the house to look for something in them. */
  readonly words: FeedbackWordsService;
  /** The corrections that reviewers accepted, for those who learn from them. */
  readonly curatedRows: CuratedRowSource;
  /** Corrections beside the answers that they correct, for those who measure how often a version is right. */
  readonly correctedAnswers: CorrectedAnswerService;
  /** How people rated before, for feature tests. */
  readonly ratingHistory: RatingHistoryService;
  /** What may be released of feedback with differential privacy. */
  readonly releasable: ReleasableDataset;
  readonly manifest: ModuleManifest;
}

export interface FeedbackDoors {
  readonly identity: IdentityModule;
  readonly privacy: Pick<PrivacyModule, 'access' | 'consents' | 'masking'>;
  readonly deployments: Pick<DeploymentsModule, 'loaders'>;
  readonly featureTests: Pick<FeatureTestsModule, 'loaders'>;
  readonly models: Pick<ModelsModule, 'models' | 'loaders'>;
  readonly training: Pick<TrainingModule, 'loaders'>;
  readonly inference: Pick<InferenceModule, 'tokens' | 'loaders' | 'payloads' | 'trial'>;
}

export function createFeedbackModule(
  platform: Platform,
  { identity, privacy, models, training, deployments, inference, featureTests }: FeedbackDoors,
): FeedbackModule {
  const { database, events, clock, crypto } = platform;
  const givers = new FeedbackGiverService(
    inference.tokens,
    identity.identity,
    identity.standing,
    identity.customers,
  );
  const revenue = new MonthlyRevenue(database);
  const ranking = new RankingService(database, clock, revenue);
  const history = new FeedbackHistoryService(database, events, clock);
  const rows = new CuratedRowRepository(database, crypto, clock);
  const curation = new CurationService(database, clock, rows, history, { privacy, inference, models });
  const surveys = new SurveyService(database, clock, givers);
  const feedback = new FeedbackService(database, clock, givers, ranking, history, curation, surveys);
  const triage = new TriageService(database, clock, ranking, history);
  const pages = new FeedbackPageService(database, privacy.access);
  const own = createFeedbackLoaders(database);
  const curations = createCurationLoaders(database, events, rows);
  const analysis = createAnalysis(platform, { models, inference, feedback: own, pages });
  const topics = createTopics(platform, { privacy, models: analysis.readers, revenue, feedback: own, pages });
  const bulk = new BulkTriageService(database, triage);
  const acts = new FeedbackActResolver(database, feedback, triage, bulk, pages, identity.loaders);
  const followUp = createFollowUp(platform, {
    identity,
    acts,
    services: { givers, triage, history },
    neighbours: {
      feedback: own,
      flags: featureTests.loaders,
      deployments: deployments.loaders,
      pages,
    },
  });
  const signals = new SignalService({
    database,
    clock,
    givers,
    standing: identity.standing,
    customers: identity.customers,
    consents: privacy.consents,
  });
  const neighbours = { own, identity: identity.loaders, inference: inference.loaders };
  return {
    curatedRows: rows,
    topics: topics.topics,
    words: new FeedbackWordsService(database),
    surveys: new SurveyFiguresService(database),
    summaries: new FeedbackSummaryService(database),
    correctedAnswers: new CorrectedAnswerService(database, inference, models),
    ratingHistory: new RatingHistoryService(database),
    releasable: satisfactionDataset,
    manifest: {
      name: 'feedback',
      resolvers: [
        new FeedbackResolver(database, pages, neighbours),
        new FeedbackEventResolver(),
        acts,
        new CurationResolver(database, curation, pages, curations),
        new AffectedVersionsResolver(new RowProvenanceService(database), models.loaders),
        new FeedbackCurationResolver(curations, identity.loaders, training.loaders, models.loaders),
        new FeedbackOfInferenceResolver(own, pages),
        new FeedbackOfCustomerResolver(pages),
        new FeedbackOfEndUserResolver(pages),
        ...analysis.resolvers,
        ...topics.resolvers,
        ...followUp.resolvers,
        new SignalResolver(signals),
        new SurveyResolver(surveys),
      ],
      nodes: [
        node('fbk', own.feedbackById, async (items, context) =>
          pages.note(items as readonly Feedback[], context),
        ),
        node('fbe', own.feedbackEventById),
        ...topics.nodes,
      ],
      customerData: FEEDBACK_CUSTOMER_DATA,
      personalData: [
        ...FEEDBACK_PERSONAL_DATA,
        curatedPersonalData(rows),
        ...analysis.personalData,
        ...followUp.personalData,
        SIGNALS_PERSONAL_DATA,
        SURVEYS_PERSONAL_DATA,
      ],
      retention: [
        ...FEEDBACK_RETENTION,
        CURATED_RETENTION,
        ...followUp.retention,
        SIGNALS_RETENTION,
        SURVEYS_RETENTION,
      ],
      subscribers: [
        curationWithdrawal(database, rows, history),
        signalWithdrawal(database.unitOfWork),
        new LeftDuplicatesSubscriber(triage),
        ...analysis.subscribers,
        ...followUp.subscribers,
      ],
      jobs: [ranking.job as JobDefinition<never>, ...analysis.jobs, ...topics.jobs, ...followUp.jobs],
    },
  };
}

function node(
  prefix: IdPrefix,
  loader: FeedbackLoaders['feedbackById' | 'feedbackEventById'],
  note?: (items: readonly object[], context: Parameters<NodeSource['load']>[1]) => Promise<void>,
): NodeSource {
  return {
    prefix,
    allows: ({ principal }) => may(principal, 'feedback:read'),
    load: async (ids, context) => {
      const rows = (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row));
      await note?.(
        rows.filter((row) => row !== null),
        context,
      );
      return rows;
    },
  };
}
