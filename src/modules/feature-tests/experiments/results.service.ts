/**
 * One look at a test: sums from the database, conclusions from the pure rules. What a look has narrowed stays narrowed,
 * and the strongest sign of a wrong split stays in memory: both make "whenever you like" true.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { type Interval, sampleRatioLogBayes } from '../../../kernel/statistics';
import { type Database, SERVICE } from '../../../platform/database';
import { FeatureTest } from './feature-test.entity';
import { type HealthFinding, testHealth, type VariantUnits } from './test-health';
import { metricResults, type ResultRow, StatisticalMethod, type VariantMoments } from './test-results';

export interface Look {
  readonly health: HealthFinding[];
  readonly metrics: ResultRow[];
  readonly updatedAt: Date;
}

interface UnitCount {
  readonly variant: string;
  readonly units: number;
  readonly doubly: number;
}

interface MetricSums {
  readonly variant: string;
  readonly metric: string;
  readonly n: number;
  readonly sum: number;
  readonly sum_squares: number;
  readonly count: number;
  readonly count_squares: number;
  readonly products: number;
}

interface StoredInterval {
  readonly metric: string;
  readonly variant_key: string;
  readonly lower: number;
  readonly upper: number;
}

export class ResultsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Works out the results and keeps what this look has narrowed. Joins the caller's unit of work when there is one. */
  look(testId: string): Promise<Look> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const test = await unitOfWork
        .repository(FeatureTest)
        .findOne({ where: { id: testId }, lock: { mode: 'pessimistic_write' } });
      if (!test) throw notFound(['input', 'id']);
      const units = await this.unitsOf(test);
      const largest = await this.largestLogBayes(test, units);
      const moments = await this.momentsOf(test, units);
      const earlier = await this.intervalsOf(testId);
      const { primaryMetric, guardrails } = test.plan;
      const metrics = [primaryMetric, ...guardrails].flatMap((metric) =>
        metricResults(metric, test.plan, moments(metric.name), earlier(metric.name)),
      );
      const updatedAt = this.clock.now();
      await this.keepIntervals(testId, metrics, updatedAt);
      return { health: testHealth(units, largest), metrics, updatedAt };
    });
  }

  private async unitsOf({ id, variants }: FeatureTest): Promise<VariantUnits[]> {
    const rows = await this.database.unitOfWork.sql<UnitCount>(COUNT_UNITS, [id]);
    const counted = new Map(rows.map((row) => [row.variant, row]));
    return variants.map(({ key, weight }) => ({
      key,
      weight,
      units: counted.get(key)?.units ?? 0,
      doublyExposed: counted.get(key)?.doubly ?? 0,
    }));
  }

  private async largestLogBayes(test: FeatureTest, units: readonly VariantUnits[]): Promise<number> {
    const now = sampleRatioLogBayes(
      units.map((variant) => variant.units + variant.doublyExposed),
      units.map((variant) => variant.weight),
    );
    if (now <= test.largestLogBayes) return test.largestLogBayes;
    await this.database.unitOfWork.repository(FeatureTest).update(test.id, { largestLogBayes: now });
    return now;
  }

  private async momentsOf(
    { id }: FeatureTest,
    units: readonly VariantUnits[],
  ): Promise<(metric: string) => VariantMoments[]> {
    const rows = await this.database.unitOfWork.sql<MetricSums>(SUM_METRICS, [id]);
    const byKey = new Map(rows.map((row) => [`${row.metric}\n${row.variant}`, row]));
    return (metric) =>
      units.map(({ key, units: exposed }) => {
        const row = byKey.get(`${metric}\n${key}`);
        return {
          variant: key,
          exposed,
          moments: {
            n: row?.n ?? 0,
            numerator: { sum: row?.sum ?? 0, sumSquares: row?.sum_squares ?? 0 },
            denominator: { sum: row?.count ?? 0, sumSquares: row?.count_squares ?? 0 },
            sumProducts: row?.products ?? 0,
          },
        };
      });
  }

  private async intervalsOf(testId: string): Promise<(metric: string) => Map<string, Interval>> {
    const rows = await this.database.unitOfWork.sql<StoredInterval>(
      'select metric, variant_key, lower, upper from feature_test_intervals where test_id = $1',
      [testId],
    );
    return (metric) =>
      new Map(
        rows
          .filter((row) => row.metric === metric)
          .map((row): [string, Interval] => [row.variant_key, [row.lower, row.upper]]),
      );
  }

  private async keepIntervals(testId: string, rows: readonly ResultRow[], at: Date): Promise<void> {
    const kept = rows.filter((row) => row.method === StatisticalMethod.CONFIDENCE_SEQUENCE && row.interval);
    if (kept.length === 0) return;
    await this.database.unitOfWork.sql(KEEP_INTERVALS, [
      testId,
      at,
      kept.map((row) => row.metric),
      kept.map((row) => row.variant),
      kept.map((row) => row.interval![0]),
      kept.map((row) => row.interval![1]),
      kept.map((row) => row.n),
    ]);
  }
}

const COUNT_UNITS = `
  select variant_key as variant, (count(*) filter (where not doubly_exposed))::int as units,
         (count(*) filter (where doubly_exposed))::int as doubly
  from feature_test_units where test_id = $1 group by variant_key`;

const SUM_METRICS = `
  select u.variant_key as variant, o.metric, count(*)::int as n, sum(o.sum) as sum, sum(o.sum * o.sum) as sum_squares,
         sum(o.n) as count, sum(o.n * o.n) as count_squares, sum(o.sum * o.n) as products
  from feature_test_observations o join feature_test_units u using (customer_id, test_id, end_user_id)
  where o.test_id = $1 and not u.doubly_exposed
  group by u.variant_key, o.metric`;

const KEEP_INTERVALS = `
  insert into feature_test_intervals (test_id, metric, variant_key, lower, upper, n, looked_at)
  select $1, i.metric, i.variant_key, i.lower, i.upper, i.n, $2
  from unnest($3::text[], $4::text[], $5::float8[], $6::float8[], $7::int[]) as i(metric, variant_key, lower, upper, n)
  on conflict (test_id, metric, variant_key) do update
    set lower = excluded.lower, upper = excluded.upper, n = excluded.n, looked_at = excluded.looked_at`;
