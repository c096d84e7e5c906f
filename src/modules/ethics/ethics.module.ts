/** Builds the ethics module: fairness of versions, incidents, and the reports that show a period to a regulator. */
import type { IdPrefix } from '../../kernel/id';
import { inOrder } from '../../platform/graphql';
import { SignedLinks } from '../../platform/http';
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { AuditModule } from '../audit';
import type { FeedbackModule } from '../feedback';
import { may, type Permission } from '../identity';
import type { PrivacyModule } from '../privacy';
import { FairnessResolver } from './fairness/fairness.resolver';
import { Incident } from './incident/incident.entity';
import { IncidentResolver } from './incident/incident.resolver';
import { IncidentService } from './incident/incident.service';
import { ComplianceFiguresService } from './report/compliance-figures.service';
import { ComplianceReport } from './report/compliance-report.entity';
import { ComplianceReportResolver } from './report/compliance-report.resolver';
import { ComplianceReportService } from './report/compliance-report.service';
import { serveReports } from './report/report-page';

export const ethicsEntities = [ComplianceReport, Incident];

export interface EthicsModule {
  readonly manifest: ModuleManifest;
}

export interface EthicsDoors {
  readonly audit: Pick<AuditModule, 'audit' | 'verification'>;
  readonly privacy: Pick<PrivacyModule, 'summaries'>;
  readonly feedback: Pick<FeedbackModule, 'summaries'>;
  readonly publicUrl: () => string;
}

export function createEthicsModule(
  platform: Platform,
  { audit, privacy, feedback, publicUrl }: EthicsDoors,
): EthicsModule {
  const { database, events, jobs, blobs, crypto, clock } = platform;
  const figures = new ComplianceFiguresService(database, crypto, {
    ...audit,
    privacy: privacy.summaries,
    feedback: feedback.summaries,
  });
  const reports = new ComplianceReportService(database, events, jobs, blobs, clock, figures);
  const incidents = new IncidentService(database, events, clock);
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
      resolvers: [
        new FairnessResolver(),
        new ComplianceReportResolver(database, reports, figures, links),
        new IncidentResolver(database, incidents),
      ],
      nodes: [node('crp', 'compliance:read', ComplianceReport), node('inc', 'incident:read', Incident)],
      jobs: [reports.job as JobDefinition<never>],
      subscribers: [incidents],
      routes: (http) => serveReports(http, database, blobs, links),
    },
  };
}
