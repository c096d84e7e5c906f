/**
 * One look at a test: sums from the database, conclusions from the pure rules. What a look has narrowed stays narrowed,
 * and the strongest sign of a wrong split stays in memory: both make "whenever you like" true. Of a test that has ended the
 * results are those of its last look, and nothing that comes later changes them.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { sampleRatioLogBayes } from '../../../kernel/statistics';
import { type Database, SERVICE } from '../../../platform/database';
import type { Comparison } from './comparison';
import { FeatureTest, FeatureTestState } from './feature-test.entity';
import type { FiguresRepository } from './figures.repository';
import { metricKey } from './metric-plan';
import { type HealthFinding, testHealth, type VariantUnits } from './test-health';
import { comparisonsOf, type Outlook, outlookOf } from './test-outlook';
import {
  firstAtSize,
  type MeasuredMetric,
  type ResultRow,
  StatisticalMethod,
  testResults,
} from './test-results';

export interface Look {
  readonly health: HealthFinding[];
  readonly metrics: ResultRow[];
  readonly outlook: Outlook[];
  readonly updatedAt: Date;
}

interface StoredInterval {
  readonly metric: string;
  readonly variant_key: string;
  readonly lower: number;
  readonly upper: number;
  readonly at_planned_size: Comparison | null;
}

/** What earlier looks left of one metric, by variant. */
type Kept = Required<Pick<MeasuredMetric, 'earlier' | 'atSize'>>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A week has every day once. */
const PACE_MS = 7 * DAY_MS;

export class ResultsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly figures: FiguresRepository,
  ) {}

  /** Works out the results and keeps what this look has narrowed. Joins the caller's unit of work when there is one. */
  look(testId: string): Promise<Look> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      // Looks take turns; who is answered meanwhile refers to the test's key, and does not wait for them.
      const test = await unitOfWork
        .repository(FeatureTest)
        .findOne({ where: { id: testId }, lock: { mode: 'for_no_key_update' } });
      if (!test) throw notFound(['input', 'id']);
      if (test.finalResults) return test.finalResults;
      const now = this.clock.now();
      const paceMs = Math.min(PACE_MS, test.startedAt ? now.getTime() - test.startedAt.getTime() : 0);
      const { units, recent } = await this.figures.units(test, new Date(now.getTime() - paceMs));
      const largest = await this.largestLogBayes(test, units);
      const measured = await this.measured(test, units);
      const metrics = testResults(test.plan, measured);
      await this.keepIntervals(testId, metrics, now);
      await this.keepFirstAtSize(testId, firstAtSize(test.plan, measured));
      const outlook = outlookOf(
        test.plan,
        test.plan.primaryMetric,
        measured[0]!.variants,
        comparisonsOf(test.plan, measured.length, test.variants.length - 1),
        {
          people: units.reduce((sum, variant) => sum + variant.units, 0),
          // Of less than an hour a day cannot be told.
          peoplePerDay:
            paceMs < HOUR_MS || test.state !== FeatureTestState.RUNNING
              ? undefined
              : (recent / paceMs) * DAY_MS,
          now,
        },
      );
      return { health: testHealth(units, largest), metrics, outlook, updatedAt: now };
    });
  }

  private async measured(test: FeatureTest, units: readonly VariantUnits[]): Promise<MeasuredMetric[]> {
    const figuresOf = await this.figures.figures(test, units);
    const kept = await this.keptOf(test.id);
    const { primaryMetric, guardrails } = test.plan;
    return [primaryMetric, ...guardrails].map((metric) => ({
      metric,
      isPrimary: metric === primaryMetric,
      variants: figuresOf(metric),
      ...kept(metricKey(metric)),
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

  private async keptOf(testId: string): Promise<(metric: string) => Kept> {
    const rows = await this.database.unitOfWork.sql<StoredInterval>(
      'select metric, variant_key, lower, upper, at_planned_size from feature_test_intervals where test_id = $1',
      [testId],
    );
    return (metric) => {
      const ofMetric = rows.filter((row) => row.metric === metric);
      return {
        earlier: new Map(ofMetric.map((row) => [row.variant_key, [row.lower, row.upper]])),
        atSize: new Map(
          ofMetric.flatMap((row) =>
            row.at_planned_size ? [[row.variant_key, row.at_planned_size] as const] : [],
          ),
        ),
      };
    };
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

  /** Their intervals are kept already: who is compared has one. Of two looks at once the first stays. */
  private async keepFirstAtSize(testId: string, first: ReturnType<typeof firstAtSize>): Promise<void> {
    if (first.length === 0) return;
    await this.database.unitOfWork.sql(KEEP_FIRST_AT_SIZE, [
      testId,
      first.map(({ metric }) => metric),
      first.map(({ comparison }) => comparison.variant),
      first.map(({ comparison }) => JSON.stringify(comparison)),
    ]);
  }
}

const KEEP_INTERVALS = `
  insert into feature_test_intervals (test_id, metric, variant_key, lower, upper, n, looked_at)
  select $1, i.metric, i.variant_key, i.lower, i.upper, i.n, $2
  from unnest($3::text[], $4::text[], $5::float8[], $6::float8[], $7::int[]) as i(metric, variant_key, lower, upper, n)
  on conflict (test_id, metric, variant_key) do update
    set lower = excluded.lower, upper = excluded.upper, n = excluded.n, looked_at = excluded.looked_at`;

const KEEP_FIRST_AT_SIZE = `
  update feature_test_intervals i set at_planned_size = f.comparison
  from unnest($2::text[], $3::text[], $4::jsonb[]) as f(metric, variant_key, comparison)
  where i.test_id = $1 and i.metric = f.metric and i.variant_key = f.variant_key and i.at_planned_size is null`;
