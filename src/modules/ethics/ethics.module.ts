/** Builds the ethics module: fairness of versions, incidents, and the reports that show a period to a regulator. */
import type { IdPrefix } from '../../kernel/id';
import { inOrder } from '../../platform/graphql';
import { SignedLinks } from '../../platform/http';
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { AuditModule } from '../audit';
import type { DeploymentsModule } from '../deployments';
import type { FeedbackModule } from '../feedback';
import type { InferenceModule } from '../inference';
import { type IdentityModule, may, type Permission } from '../identity';
import type { ModelLoaders, ModelsModule } from '../models';
import type { PrivacyModule } from '../privacy';
import { ETHICS_CUSTOMER_DATA } from './customer-data';
import { BreachNotice } from './breach-notice/breach-notice.entity';
import { BreachNoticeResolver, IncidentNoticesResolver } from './breach-notice/breach-notice.resolver';
import { BreachNoticeService } from './breach-notice/breach-notice.service';
import { FairnessCheck } from './fairness/fairness-check.service';
import { FairnessResolver } from './fairness/fairness.resolver';
import { ImpactAction } from './impact/impact-action.entity';
import { ImpactAssessment } from './impact/impact-assessment.entity';
import { ImpactAssessmentResolver, ModelImpactResolver } from './impact/impact-assessment.resolver';
import { ImpactAssessmentService } from './impact/impact-assessment.service';
import { ImpactCheck } from './impact/impact-check.service';
import { createImpactLoaders } from './impact/impact.loader';
import { tellOverdueBreaches } from './incident/breach-metrics';
import { IncidentEntry } from './incident/incident-entry.entity';
import { countReachJob } from './incident/incident-reach.job';
import { Incident } from './incident/incident.entity';
import { IncidentReachResolver, IncidentResolver } from './incident/incident.resolver';
import { IncidentService } from './incident/incident.service';
import { FairnessBreach } from './live-fairness/fairness-breach.entity';
import { FairnessMonitor } from './live-fairness/fairness-monitor.entity';
import { LIVE_FAIRNESS_RETENTION } from './live-fairness/live-fairness-personal-data';
import { createLiveFairness, liveFairnessEntities } from './live-fairness/live-fairness.module';
import { ModelCard } from './model-card/model-card.entity';
import { ModelCardApproverResolver, ModelCardResolver } from './model-card/model-card.resolver';
import { ModelCardService } from './model-card/model-card.service';
import { ComplianceFiguresService } from './report/compliance-figures.service';
import { ComplianceReport } from './report/compliance-report.entity';
import { ComplianceReportResolver } from './report/compliance-report.resolver';
import { ComplianceReportService } from './report/compliance-report.service';
import { serveReports } from './report/report-page';

export const ethicsEntities = [
  BreachNotice,
  ComplianceReport,
  ImpactAction,
  ImpactAssessment,
  Incident,
  IncidentEntry,
  ModelCard,
  ...liveFairnessEntities,
];

export interface EthicsModule {
  readonly manifest: ModuleManifest;
}

export interface EthicsDoors {
  readonly identity: Pick<IdentityModule, 'loaders' | 'identity'>;
  readonly models: Pick<ModelsModule, 'shipped' | 'loaders'>;
  readonly deployments: Pick<DeploymentsModule, 'deployments' | 'loaders'>;
  readonly inference: Pick<InferenceModule, 'answered' | 'useListener'>;
  readonly audit: Pick<AuditModule, 'audit' | 'verification'>;
  readonly privacy: Pick<PrivacyModule, 'summaries' | 'retention' | 'releases' | 'consents' | 'people'>;
  readonly feedback: Pick<FeedbackModule, 'summaries' | 'correctedAnswers'>;
  readonly publicUrl: () => string;
}

export function createEthicsModule(
  platform: Platform,
  { identity, models, deployments, inference, audit, privacy, feedback, publicUrl }: EthicsDoors,
): EthicsModule {
  const { config, database, events, jobs, blobs, crypto, clock, metrics } = platform;
  tellOverdueBreaches(database, clock, metrics);
  const live = createLiveFairness(platform, { identity, models, deployments, inference, privacy, feedback });
  const figures = new ComplianceFiguresService(database, crypto, clock, {
    ...audit,
    live: live.figures,
    privacy: privacy.summaries,
    retention: privacy.retention,
    releases: privacy.releases,
    feedback: feedback.summaries,
  });
  const reports = new ComplianceReportService(database, events, jobs, blobs, clock, figures);
  const incidents = new IncidentService(database, events, jobs, clock);
  const notices = new BreachNoticeService({
    ...platform,
    incidents,
    identity: identity.identity,
    link: () => `${config.accountUrl ?? `${publicUrl()}/console`}#/breaches`,
  });
  const cards = new ModelCardService(database, events, clock, models.shipped);
  const assessments = new ImpactAssessmentService(database, events, clock, cards);
  const assessed = createImpactLoaders(database);
  deployments.deployments.addPromotionCheck(new FairnessCheck(database));
  deployments.deployments.addPromotionCheck(new ImpactCheck(database, clock));
  const links = new SignedLinks(crypto, clock, publicUrl);
  const node = <T extends { id: string }>(
    prefix: IdPrefix,
    permission: Permission,
    entity: new () => T,
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, permission),
    load: async (ids, { scope }) =>
      inOrder(ids, await database.read.list(entity, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  });
  return {
    manifest: {
      name: 'ethics',
      blobs: ['hash', 'html_hash', 'csv_hash'].map((column) => ({ table: 'compliance_reports', column })),
      resolvers: [
        new FairnessResolver(),
        new ComplianceReportResolver(database, reports, figures, links),
        new IncidentResolver(database, incidents, identity.loaders, clock),
        new IncidentReachResolver(identity.loaders),
        new BreachNoticeResolver(database, notices, identity.loaders),
        new IncidentNoticesResolver(database),
        new ImpactAssessmentResolver(
          database,
          assessments,
          assessed,
          models.loaders,
          identity.loaders,
          clock,
        ),
        new ModelImpactResolver(assessed),
        new ModelCardResolver(cards),
        new ModelCardApproverResolver(identity.loaders),
        ...live.resolvers,
      ],
      nodes: [
        cardNode(cards, database, models.loaders),
        node('crp', 'compliance:read', ComplianceReport),
        node('inc', 'incident:read', Incident),
        node('ine', 'incident:read', IncidentEntry),
        node('bnt', 'breach-notice:read', BreachNotice),
        node('ima', 'impact:read', ImpactAssessment),
        node('iac', 'impact:read', ImpactAction),
        node('fmn', 'deployment:read', FairnessMonitor),
        node('fbr', 'incident:read', FairnessBreach),
      ],
      jobs: [
        reports.job,
        countReachJob(database, clock, inference.answered),
        notices.job,
        ...live.jobs,
      ] as JobDefinition<never>[],
      subscribers: [incidents, ...live.subscribers],
      customerData: ETHICS_CUSTOMER_DATA,
      personalData: live.personalData,
      retention: LIVE_FAIRNESS_RETENTION,
      start: () => live.tally.start(),
      stop: () => live.tally.stop(),
      routes: (http) => serveReports(http, database, blobs, links),
    },
  };
}

/** An approved card by its id, the draft of a version that the caller may see by the version's. */
function cardNode(
  cards: ModelCardService,
  { read }: Platform['database'],
  models: Pick<ModelLoaders, 'modelVersionById'>,
): NodeSource {
  return {
    prefix: 'mcd',
    allows: ({ principal }) => may(principal, 'model:read'),
    load: async (ids, context) => {
      const kept = await read.list(ModelCard, { scope: context.scope, where: { id: { in: ids } } });
      const wanted = ids.map((id) => id.replace(/^mcd/, 'mdv'));
      const seen = await models.modelVersionById(context).loadMany(wanted);
      const visible = wanted.filter((_, at) => seen[at] && !(seen[at] instanceof Error));
      const drafts = (await cards.latest(visible)).filter((card) => card !== null);
      return inOrder(ids, [...kept, ...drafts.filter(({ version }) => version === 0)], ({ id }) => id);
    },
  };
}
