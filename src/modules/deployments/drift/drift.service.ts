/**
 * Looks whether the traffic of a deployment still resembles what its version learned from, on a schedule and on demand. It
 * sees only what people agreed to have kept, through a port that inference fills; what it finds is an event for others.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { eachApart, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { ModelVersion } from '../../models';
import type { TrainingModule } from '../../training';
import { Deployment } from '../deployment.entity';
import { DEPLOYMENT_DRIFT_FOUND } from '../deployments.events';
import { type DriftMeasure, FEWEST_ROWS, inputDrift, scoreDrift, togetherLevelled, worstOf } from './drift';
import { DriftReport } from './drift-report.entity';

const WEEK_MS = 7 * 24 * 3_600_000;
const MOST_ROWS = 5000;
const SYSTEM: Principal = { kind: 'SYSTEM', name: 'drift' };

type Unseen = Readonly<Record<'deploymentId', string>>;

/** Once a day each: a job that is tried again looks only at those that it could not see. */
const UNSEEN = `select d.id as "deploymentId" from deployments d
  where not exists (select from drift_reports r where r.deployment_id = d.id and r.checked_at >= $1) order by d.id`;

/** One answered row that was kept by consent. */
export interface KeptRow {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The number that its answer rests on; undefined where there is none. */
  readonly score: number | undefined;
}

/** Asks for what was kept. Answers only rows whose people agree now. */
export interface DriftSource {
  recentRows(deploymentId: string, versionId: string, since: Date, most: number): Promise<readonly KeptRow[]>;
}

export class DriftService {
  private source: DriftSource | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly references: TrainingModule['references'],
  ) {}

  /** Whoever keeps what was asked says so here. */
  useSource(source: DriftSource): void {
    this.source = source;
  }

  /** Every day, in the quiet of the night. */
  job(): JobDefinition<object> {
    return {
      kind: 'deployments.check-drift',
      cron: '41 4 * * *',
      run: async (_, { signal }) => {
        const today = new Date(this.clock.millis());
        today.setUTCHours(0, 0, 0, 0);
        const unseen = await this.database.read.sql<Unseen>(SERVICE, 'deployments.unseen', UNSEEN, [today]);
        const failure = 'whether traffic has drifted could not be looked at';
        await eachApart(unseen, { log: this.log, failure, of: (one) => one, signal }, ({ deploymentId }) =>
          this.check(deploymentId, SYSTEM),
        );
      },
    };
  }

  /** Event: deployment.drift-found, unless it is stable. @throws AppError NOT_FOUND. */
  async check(deploymentId: string, actor: Principal): Promise<void> {
    const { read, unitOfWork } = this.database;
    const deployment = await read.one(Deployment, { scope: SERVICE, where: { id: deploymentId } });
    if (!deployment) throw notFound(['input', 'id']);
    const [route] = [...deployment.routes].sort((a, b) => b.weight - a.weight);
    const version = await read.one(ModelVersion, { scope: SERVICE, where: { id: route!.versionId } });
    const { rows, measures } = await this.measure(deploymentId, version!);
    const checkedAt = this.clock.now();
    const report: DriftReport = {
      id: newId('drf', checkedAt),
      deploymentId,
      versionId: version!.id,
      datasetVersionId: version!.datasetVersionId,
      level: worstOf(measures),
      rows,
      measures: [...measures],
      checkedAt,
    };
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(DriftReport).insert(report);
      if (report.level === null || report.level === 'STABLE') return;
      const { level, versionId } = report;
      const moved = measures.filter((one) => one.level !== 'STABLE');
      const data = { reportId: report.id, level, versionId, rows, measures: moved };
      const { customerId } = deployment;
      await this.events.emit({
        type: DEPLOYMENT_DRIFT_FOUND,
        customerId,
        subject: deploymentId,
        actor,
        data,
      });
    });
  }

  private async measure(
    deploymentId: string,
    version: ModelVersion,
  ): Promise<{ rows: number; measures: readonly DriftMeasure[] }> {
    const since = new Date(this.clock.millis() - WEEK_MS);
    const kept = (await this.source?.recentRows(deploymentId, version.id, since, MOST_ROWS)) ?? [];
    if (kept.length < FEWEST_ROWS) return { rows: kept.length, measures: [] };
    const names = new Set(version.signature.inputs.map(({ name }) => name));
    const references = version.datasetVersionId
      ? await this.references.referencesOf(version.datasetVersionId)
      : [];
    const measures = inputDrift(
      references.filter(({ name }) => names.has(name)),
      kept.map(({ inputs }) => inputs),
    );
    const scores = kept.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const calibration = version.evaluation?.calibration ?? [];
    const isScored = calibration.length > 1 && scores.length >= FEWEST_ROWS;
    const all = isScored ? [...measures, scoreDrift(calibration, scores)] : measures;
    return { rows: kept.length, measures: togetherLevelled(all) };
  }
}
