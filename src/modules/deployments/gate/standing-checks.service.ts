/** What this module itself asks of a promotion: the registry's figures of both versions, and the drift of the traffic. */
import { type Database, SERVICE } from '../../../platform/database';
import { ModelVersion } from '../../models';
import { DriftReport } from '../drift/drift-report.entity';
import type { PromotionCandidate, PromotionCheck, PromotionVerdict } from './promotion-check';
import { derivationCheck, type JudgedVersion, regressionCheck, signatureCheck } from './version-checks';

export class StandingChecks implements PromotionCheck {
  constructor(private readonly database: Database) {}

  async check({
    deploymentId,
    currentRoutes,
    newVersionIds,
  }: PromotionCandidate): Promise<PromotionVerdict[]> {
    const [champion] = [...currentRoutes].sort((a, b) => b.weight - a.weight);
    const ids = [...newVersionIds, ...(champion ? [champion.versionId] : [])];
    const rows: JudgedVersion[] = await this.database.read.list(ModelVersion, {
      scope: SERVICE,
      where: { id: { in: ids } },
      selection: { id: true, signature: true, metrics: true, datasetVersionId: true, derivation: true },
    });
    const current = rows.find(({ id }) => id === champion?.versionId);
    const drift = await this.latestDrift(deploymentId);
    return rows
      .filter(({ id }) => newVersionIds.includes(id))
      .flatMap((candidate) => {
        const verdicts = [
          current && signatureCheck(current, candidate),
          current && regressionCheck(current, candidate),
          derivationCheck(candidate),
          drift && driftCheck(drift, candidate),
        ];
        return verdicts.filter((verdict): verdict is PromotionVerdict => verdict !== undefined);
      });
  }

  private async latestDrift(deploymentId: string): Promise<DriftReport | undefined> {
    const orderBy = [{ property: 'id', direction: 'DESC' as const }];
    const options = { scope: SERVICE, where: { deploymentId }, orderBy, limit: 1 };
    return (await this.database.read.list(DriftReport, options))[0];
  }
}

/** A version that learned from the same data that the traffic has left does not know today's people either. */
function driftCheck(
  { level, measures, rows, datasetVersionId }: DriftReport,
  candidate: JudgedVersion,
): PromotionVerdict | undefined {
  if (level === null || datasetVersionId === null || datasetVersionId !== candidate.datasetVersionId)
    return undefined;
  const moved = measures.filter((measure) => measure.level !== 'STABLE');
  const told = moved.map(({ name, stabilityIndex }) => `${name} ${stabilityIndex.toPrecision(3)}`);
  const detail = `${candidate.id}: ${level} on ${rows} answers${told.length > 0 ? `: ${told.join(', ')}` : ''}; from 0.25 on it does not pass`;
  return { name: 'drift of the traffic', passed: level !== 'MAJOR', detail };
}
