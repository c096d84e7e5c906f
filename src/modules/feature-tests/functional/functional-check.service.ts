/** What functional tests ask at the gate of a deployment: that a version which is to answer people has passed the suites of its model. */
import { type Database, SERVICE } from '../../../platform/database';
import type { PromotionCandidate, PromotionCheck, PromotionVerdict } from '../../deployments';
import { RunVerdict } from './run-verdict';

/**
 * The latest run of each required suite, as it now stands, for each version. Where no rate is required a run is judged by its baseline:
 * to be no worse than a version that nobody meets says nothing.
 */
const LATEST = `select v.id as "versionId", s.name as suite, s.id as "suiteId", s.number, r.id as "runId", r.verdict,
    r.summary->>'reason' as reason
  from model_versions v join test_suites s on s.model_id = v.model_id and s.is_required
  left join lateral (
    select id, verdict, summary from test_runs
    where suite_id = s.id and version_id = v.id and suite_number = s.number
      and (baseline_id is null or baseline_id = any($2) or s.required_pass_rate is not null) order by id desc limit 1
  ) r on true
  where v.id = any($1) order by v.id, s.name`;

interface LatestRun {
  readonly versionId: string;
  readonly suite: string;
  readonly suiteId: string;
  readonly number: number;
  readonly runId: string | null;
  readonly verdict: RunVerdict | null;
  readonly reason: string | null;
}

export class FunctionalCheck implements PromotionCheck {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  async check({ newVersionIds, currentRoutes }: PromotionCandidate): Promise<PromotionVerdict[]> {
    if (newVersionIds.length === 0) return [];
    const serving = currentRoutes.filter(({ weight }) => weight > 0).map(({ versionId }) => versionId);
    const values = [[...newVersionIds], serving];
    const rows = await this.database.read.sql<LatestRun>(
      SERVICE,
      'feature-tests.latest-runs',
      LATEST,
      values,
    );
    return rows.map(({ versionId, suite, suiteId, number, runId, verdict, reason }) => ({
      name: `functional test ${suite}`,
      passed: verdict === RunVerdict.PASS,
      detail:
        runId === null
          ? `${versionId}: not run against ${suiteId} number ${number} yet, alone or beside a version that serves here; testRunCreate does it`
          : `${versionId}: ${verdict} in ${runId}: ${reason}`,
    }));
  }
}
