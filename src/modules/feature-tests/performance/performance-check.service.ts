/**
 * What performance tests ask at the gate of a deployment: where a model has a requirement, a version which is to answer people has
 * passed a test that asks at least as much. Where it has none the check says nothing.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { PromotionCandidate, PromotionCheck, PromotionVerdict } from '../../deployments';
import { RunVerdict } from '../functional/run-verdict';
import type { LoadPlan } from './load-plan';

/** The last word about the model, and the latest test of each version that asks as much. */
const LATEST = `select v.id as "versionId", r.id as "requiredBy", r.plan, t.id as "testId", t.verdict, t.reason
  from model_versions v
  cross join lateral (
    select p.* from performance_tests p join model_versions o on o.id = p.version_id
    where o.model_id = v.model_id and p.is_required is not null order by p.id desc limit 1
  ) r
  left join lateral (
    select id, verdict, reason from performance_tests p
    where p.version_id = v.id and p.scenario = r.scenario
      and coalesce((p.plan->>'targetRate')::float8 >= (r.plan->>'targetRate')::float8, true)
      and coalesce((p.plan->>'latencyBoundMs')::float8 <= (r.plan->>'latencyBoundMs')::float8, true)
      and (p.plan->>'rowsPerQuery')::int >= (r.plan->>'rowsPerQuery')::int
      and (p.plan->>'minQueries')::int >= (r.plan->>'minQueries')::int
      and (p.plan->>'minDurationMs')::int >= (r.plan->>'minDurationMs')::int
    order by p.id desc limit 1
  ) t on true
  where v.id = any($1) and r.is_required order by v.id`;

interface LatestTest {
  readonly versionId: string;
  readonly requiredBy: string;
  readonly plan: LoadPlan;
  readonly testId: string | null;
  readonly verdict: RunVerdict | null;
  readonly reason: string | null;
}

export class PerformanceCheck implements PromotionCheck {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  async check({ newVersionIds }: PromotionCandidate): Promise<PromotionVerdict[]> {
    if (newVersionIds.length === 0) return [];
    const values = [[...newVersionIds]];
    const rows = await this.database.read.sql<LatestTest>(
      SERVICE,
      'feature-tests.latest-load',
      LATEST,
      values,
    );
    return rows.map(({ versionId, requiredBy, plan, testId, verdict, reason }) => ({
      name: `performance test ${plan.scenario}`,
      passed: verdict === RunVerdict.PASS,
      detail:
        testId === null
          ? `${versionId}: not tested for what ${requiredBy} requires (${told(plan)}) yet; performanceTestCreate does it`
          : `${versionId}: ${verdict} in ${testId}: ${reason}`,
    }));
  }
}

function told({ targetRate, latencyBoundMs, rowsPerQuery, minQueries, minDurationMs }: LoadPlan): string {
  return [
    targetRate === null ? undefined : `at least ${targetRate} a second`,
    latencyBoundMs === null ? undefined : `within ${latencyBoundMs} ms`,
    `rows a query: ${rowsPerQuery}`,
    `at least ${minQueries} queries in ${minDurationMs} ms`,
  ]
    .filter(Boolean)
    .join(', ');
}
