/** Asks every module through its door for what a report tells. The API's own figures come from here too, so they agree. */
import type { Clock } from '../../../kernel/clock';
import type { Period } from '../../../kernel/period';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { ActivityCount, AuditService, AuditVerificationService } from '../../audit';
import { Deployment, DeploymentEvent } from '../../deployments';
import type { FeedbackCount, FeedbackSummaryService } from '../../feedback';
import { Model, ModelVersion } from '../../models';
import type {
  PrivacySpending,
  PrivacySummaryService,
  ReleaseSummaryService,
  RetentionCount,
  RetentionService,
} from '../../privacy';
import { Dataset, DatasetVersion } from '../../training';
import { toldCustomers } from '../breach-notice/told-customers';
import { shownFairness } from '../fairness/fairness-of-version';
import { type AssessedUseFigure, assessedUses } from '../impact/impact-summary';
import { Incident } from '../incident/incident.entity';
import type { LiveFairnessFigure, LiveFairnessService } from '../live-fairness/live-fairness.service';
import { GATED_MOVES, type GateAccount, gateAccount } from './gate-account';
import { incidentFigure } from './incident-figure';
import type { AuditFigures, IncidentFigure, InventoryEntry, ReportParts } from './report-contents';

export interface FigureSources {
  readonly audit: AuditService;
  readonly verification: AuditVerificationService;
  readonly privacy: PrivacySummaryService;
  readonly retention: Pick<RetentionService, 'counts'>;
  readonly releases: ReleaseSummaryService;
  readonly feedback: FeedbackSummaryService;
  readonly live: Pick<LiveFairnessService, 'figures'>;
}

export class ComplianceFiguresService {
  constructor(
    private readonly database: Database,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly sources: FigureSources,
  ) {}

  async consent(period: Period, customerId: string | null): Promise<NonNullable<ReportParts['consent']>> {
    const { privacy } = this.sources;
    const [byText, standing] = await Promise.all([
      privacy.consents(period, customerId),
      privacy.standing(period, customerId),
    ]);
    return { byText, standing };
  }

  dataRequests(period: Period, customerId: string | null): Promise<NonNullable<ReportParts['dataRequests']>> {
    return this.sources.privacy.dataRequests(period, customerId);
  }

  /** Rules are the house's: a report about one customer has the same. */
  retention(period: Period): Promise<RetentionCount[]> {
    return this.sources.retention.counts(period);
  }

  /** Of the whole house, in a customer's report too: its people are among those whom the noise hides. */
  privacySpending(period: Period): Promise<PrivacySpending[]> {
    return this.sources.releases.spending(period);
  }

  activity(period: Period, customerId: string | null): Promise<ActivityCount[]> {
    return this.sources.audit.activity(period, customerId);
  }

  feedback(period: Period, customerId: string | null): Promise<FeedbackCount[]> {
    return this.sources.feedback.counts(period, customerId);
  }

  /** Every version that existed when the period ended; a customer's report leaves other customers' private ones out. */
  async models({ to }: Period, customerId: string | null): Promise<InventoryEntry[]> {
    const scope = SERVICE;
    const orderBy = [{ property: 'id', direction: 'ASC' }] as const;
    const versions = await this.database.read.list(ModelVersion, {
      scope,
      where: { createdAt: { lt: to } },
      orderBy,
    });
    const visible = versions.filter(
      (version) => customerId === null || version.customerId === null || version.customerId === customerId,
    );
    const inIds = (ids: readonly (string | null)[]) => ({
      id: { in: [...new Set(ids.filter((id) => id !== null))] },
    });
    const models = await this.database.read.list(Model, {
      scope,
      where: inIds(visible.map(({ modelId }) => modelId)),
    });
    const data = await this.database.read.list(DatasetVersion, {
      scope,
      where: inIds(visible.map(({ datasetVersionId }) => datasetVersionId)),
    });
    const sets = await this.database.read.list(Dataset, {
      scope,
      where: inIds(data.map(({ datasetId }) => datasetId)),
    });
    return visible.map((version) => {
      const model = models.find(({ id }) => id === version.modelId)!;
      const dataVersion = data.find(({ id }) => id === version.datasetVersionId);
      const set = sets.find(({ id }) => id === dataVersion?.datasetId);
      return entryOf(version, model, dataVersion, set);
    });
  }

  /** A customer's report has what concerns deployments of the operator, and its own. */
  async gates({ from, to }: Period, customerId: string | null): Promise<GateAccount> {
    const { read } = this.database;
    const scope = SERVICE;
    const events = await read.list(DeploymentEvent, {
      scope,
      where: { at: { gte: from, lt: to }, move: { in: [...GATED_MOVES] } },
      orderBy: [{ property: 'id', direction: 'ASC' }],
    });
    const visible = events.filter(
      (event) => customerId === null || event.customerId === null || event.customerId === customerId,
    );
    const ids = [...new Set(visible.map(({ deploymentId }) => deploymentId))];
    const deployments = await read.list(Deployment, { scope, where: { id: { in: ids } } });
    return gateAccount(visible, new Map(deployments.map(({ id, name }) => [id, name])));
  }

  /** When the period ended, or now if it has not; a customer's report leaves other customers' private models out. */
  impact({ to }: Period, customerId: string | null): Promise<AssessedUseFigure[]> {
    const now = this.clock.now();
    return assessedUses(this.database, to < now ? to : now, customerId);
  }

  /** A customer's report has its own people's sums. */
  liveFairness(period: Period, customerId: string | null): Promise<LiveFairnessFigure[]> {
    return this.sources.live.figures(period, customerId);
  }

  /** Those that were open at some moment of the period; in a customer's report, the house's own and theirs. */
  async incidents({ from, to }: Period, customerId: string | null): Promise<IncidentFigure[]> {
    const scope = SERVICE;
    const opened = { openedAt: { lt: to } };
    const orderBy = [{ property: 'id', direction: 'ASC' }] as const;
    const lists = await Promise.all(
      [{ closedAt: null }, { closedAt: { gte: from } }].map((state) =>
        this.database.read.list(Incident, { scope, where: { ...opened, ...state }, orderBy }),
      ),
    );
    const shown = lists
      .flat()
      .filter((one) => customerId === null || one.customerId === null || one.customerId === customerId)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = shown.map(({ id }) => id);
    const told = await toldCustomers(this.database, ids, to, customerId);
    return shown.map((one) => incidentFigure(one, told.get(one.id), to, this.clock.now()));
  }

  /** The proof over the period, and the whole log read again. */
  async audit(period: Period, customerId: string | null): Promise<AuditFigures> {
    const { audit, verification } = this.sources;
    const activity = await this.activity(period, customerId);
    // In this order: the log grows meanwhile, and never shrinks.
    const before = await audit.treeHeadAt(period.from);
    const treeHead = await audit.treeHead();
    const consistency = before ? await audit.consistency(BigInt(before.size), BigInt(treeHead.size)) : null;
    return {
      records: activity.reduce((sum, { count }) => sum + count, 0),
      activity,
      treeHead,
      publicKey: this.crypto.publicKey,
      consistency,
      verification: await verification.verify(),
    };
  }
}

function entryOf(
  version: ModelVersion,
  model: Model,
  data: DatasetVersion | undefined,
  set: Dataset | undefined,
): InventoryEntry {
  return {
    versionId: version.id,
    model: model.name,
    task: model.task,
    number: version.number,
    contentHash: version.contentHash,
    engine: version.engine,
    createdAt: new Date(version.createdAt).toISOString(),
    parents: version.parentIds.map((id) => ({ id })),
    derivation: version.derivation && { kind: version.derivation.kind },
    dataset:
      data && set
        ? {
            id: data.id,
            name: set.name,
            number: data.number,
            rows: data.rows,
            consentScope: data.consentScope,
          }
        : null,
    metrics: version.metrics.map(({ name, value, interval }) => ({ name, value, interval })),
    fairness: shownFairness(version.evaluation),
  };
}
