/** What was seen of the people of a test, added up by variant: the sums of which every figure of its results is made. */
import {
  type CovariateMoments,
  cutOfBins,
  type Estimate,
  estimateQuantile,
  type RatioMoments,
} from '../../../kernel/statistics';
import type { Database } from '../../../platform/database';
import { PERSON_COUNTS_SQL } from '../../identity';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import type { VariantMoments } from './comparison';
import type { FeatureTest } from './feature-test.entity';
import { type MetricDefinition, metricKey, MetricKind } from './metric-plan';
import type { VariantUnits } from './test-health';
import { binsOf } from './value-bins';

interface UnitCount {
  readonly variant: string;
  readonly units: number;
  readonly doubly: number;
  readonly recent: number;
}

interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly sum_squares: number;
  readonly count: number;
  readonly count_squares: number;
  readonly products: number;
}

interface MetricSums extends Sums {
  readonly variant: string;
  readonly metric: string;
}

/** Sums of the four figures of a person, and of their products, row by row of the upper triangle. */
interface PastSums {
  readonly variant: string;
  readonly metric: string;
  readonly n: number;
  readonly sums: readonly number[];
  readonly products: readonly number[];
}

interface SpreadCount {
  readonly variant: string;
  readonly metric: string;
  readonly bin: number;
  readonly count: number;
}

type MetricFigures = (metric: MetricDefinition) => VariantMoments[];

export class FiguresRepository {
  constructor(private readonly database: Database) {}

  /** People by variant, and how many of all were first exposed since then. */
  async units(
    { id, variants }: FeatureTest,
    since: Date,
  ): Promise<{ units: VariantUnits[]; recent: number }> {
    const rows = await this.database.unitOfWork.sql<UnitCount>(COUNT_UNITS, [id, since]);
    const counted = new Map(rows.map((row) => [row.variant, row]));
    const units = variants.map(({ key, weight }) => ({
      key,
      weight,
      units: counted.get(key)?.units ?? 0,
      doublyExposed: counted.get(key)?.doubly ?? 0,
    }));
    return { units, recent: rows.reduce((sum, row) => sum + row.recent, 0) };
  }

  /** Figures of each metric of the plan by variant, in the order of the variants. */
  async figures(test: FeatureTest, units: readonly VariantUnits[]): Promise<MetricFigures> {
    const rows = await this.database.unitOfWork.sql<MetricSums>(SUM_METRICS, [test.id]);
    const ratios = await this.ratios(test);
    const sums = new Map([...rows, ...ratios].map((row) => [keyOf(row.metric, row.variant), row]));
    const sumsOf = (metric: MetricDefinition, variant: string): Sums | undefined =>
      sums.get(keyOf(metric.kind === MetricKind.RATIO ? metricKey(metric) : metric.name, variant));
    const pasts = await this.pasts(test);
    const quantiles = await this.quantiles(test);
    return (metric) =>
      units.map(({ key, units: exposed }) => ({
        variant: key,
        exposed,
        moments: momentsOf(sumsOf(metric, key)),
        past: pasts.get(keyOf(metricKey(metric), key)),
        quantile: quantiles.get(keyOf(metricKey(metric), key)),
      }));
  }

  private async ratios({ id, plan }: FeatureTest): Promise<MetricSums[]> {
    const metrics = metricsOf(plan).filter(({ kind }) => kind === MetricKind.RATIO);
    if (metrics.length === 0) return [];
    return this.database.unitOfWork.sql<MetricSums>(SUM_RATIOS, [
      id,
      metrics.map(metricKey),
      metrics.map(({ name }) => name),
      metrics.map(({ denominator }) => denominator),
    ]);
  }

  /** Of all but quantiles, where the plan asks for it. */
  private async pasts({ id, plan }: FeatureTest): Promise<ReadonlyMap<string, CovariateMoments>> {
    const metrics = metricsOf(plan).filter(({ kind }) => kind !== MetricKind.QUANTILE);
    if (!plan.cuped || metrics.length === 0) return new Map();
    const rows = await this.database.unitOfWork.sql<PastSums>(SUM_PASTS, [
      id,
      metrics.map(metricKey),
      metrics.map(({ name }) => name),
      metrics.map(({ denominator }) => denominator ?? null),
      metrics.map(({ kind }) => kind),
    ]);
    return new Map(rows.map((row) => [keyOf(row.metric, row.variant), pastOf(row)]));
  }

  private async quantiles({
    id,
    plan,
    variants,
  }: FeatureTest): Promise<ReadonlyMap<string, Estimate | undefined>> {
    const metrics = metricsOf(plan).filter(({ kind }) => kind === MetricKind.QUANTILE);
    if (metrics.length === 0) return new Map();
    const { unitOfWork } = this.database;
    const counts = await unitOfWork.sql<SpreadCount>(COUNT_SPREADS, [id]);
    const cuts = metrics.flatMap((metric) =>
      variants.flatMap(({ key: variant }) => {
        const own = counts.filter((row) => row.metric === metric.name && row.variant === variant);
        const bins = binsOf(own);
        const cut = cutOfBins(bins, metric.quantile!);
        return cut ? [{ metric, variant, bins, bin: own[cut.index]!.bin, within: cut.within }] : [];
      }),
    );
    await unitOfWork.sql(MORE_MEMORY);
    const rows = await unitOfWork.sql<Sums & { readonly cut: number }>(SUM_BELOW, [
      id,
      cuts.map(({ metric }) => metric.name),
      cuts.map(({ variant }) => variant),
      cuts.map(({ bin }) => bin),
      cuts.map(({ within }) => within),
    ]);
    const below = new Map(rows.map((row) => [row.cut, momentsOf(row)]));
    return new Map(
      cuts.map(({ metric, variant, bins }, cut) => [
        keyOf(metricKey(metric), variant),
        estimateQuantile(bins, metric.quantile!, below.get(cut)!),
      ]),
    );
  }
}

function metricsOf({ primaryMetric, guardrails }: FeatureTest['plan']): MetricDefinition[] {
  return [primaryMetric, ...guardrails];
}

function keyOf(metric: string, variant: string): string {
  return `${metric}\n${variant}`;
}

function momentsOf(row: Sums | undefined): RatioMoments {
  return {
    n: row?.n ?? 0,
    numerator: { sum: row?.sum ?? 0, sumSquares: row?.sum_squares ?? 0 },
    denominator: { sum: row?.count ?? 0, sumSquares: row?.count_squares ?? 0 },
    sumProducts: row?.products ?? 0,
  };
}

function pastOf({ n, sums, products }: PastSums): CovariateMoments {
  const [a, b, c, d] = sums as [number, number, number, number];
  const [aa, ab, ac, ad, bb, bc, bd, cc, cd, dd] = products as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    n,
    sums: [a, b, c, d],
    products: [
      [aa, ab, ac, ad],
      [ab, bb, bc, bd],
      [ac, bc, cc, cd],
      [ad, bd, cd, dd],
    ],
  };
}

/**
 * Whoever asked that data about them not be used is in no figure until that is lifted: not only their outcomes, else those who are
 * left out of the sums would count as people who did nothing (decision 363).
 */
const COUNTS = PERSON_COUNTS_SQL(
  'u.customer_id',
  'u.end_user_id',
  CONSENT_NOW_SQL('u.customer_id', 'u.end_user_id', ConsentPurpose.ANALYTICS),
);

const COUNT_UNITS = `
  select u.variant_key as variant, (count(*) filter (where not u.doubly_exposed))::int as units,
         (count(*) filter (where u.doubly_exposed))::int as doubly,
         (count(*) filter (where u.first_exposed_at >= $2))::int as recent
  from feature_test_units u where u.test_id = $1 and ${COUNTS} group by u.variant_key`;

const SUM_METRICS = `
  select u.variant_key as variant, o.metric, count(*)::int as n, sum(o.sum) as sum, sum(o.sum * o.sum) as sum_squares,
         sum(o.n) as count, sum(o.n * o.n) as count_squares, sum(o.sum * o.n) as products
  from feature_test_observations o join feature_test_units u using (customer_id, test_id, end_user_id)
  where o.test_id = $1 and not u.doubly_exposed and ${COUNTS}
  group by u.variant_key, o.metric`;

/** Two metrics of the same people, who have at least one of them. */
const SUM_RATIOS = `
  select variant, metric, count(*)::int as n, sum(y) as sum, sum(y * y) as sum_squares,
         sum(d) as count, sum(d * d) as count_squares, sum(y * d) as products
  from (
    select u.variant_key as variant, r.key as metric,
           coalesce(sum(o.sum) filter (where o.metric = r.numerator), 0) as y,
           coalesce(sum(o.sum) filter (where o.metric = r.denominator), 0) as d
    from unnest($2::text[], $3::text[], $4::text[]) as r(key, numerator, denominator)
    join feature_test_observations o on o.test_id = $1 and o.metric in (r.numerator, r.denominator)
    join feature_test_units u using (customer_id, test_id, end_user_id)
    where not u.doubly_exposed and ${COUNTS}
    group by u.variant_key, r.key, o.customer_id, o.end_user_id
  ) as person
  group by variant, metric`;

/** A metric of a person as a ratio, from what was seen of it and of what it is divided by: a mean is one too, and so is what counts people. */
const numeratorOf = (seen: string): string =>
  `case m.kind when 'CONVERSION' then (${seen}.n is not null)::int when 'COUNT' then coalesce(${seen}.n, 0) else coalesce(${seen}.sum, 0) end`;
const denominatorOf = (seen: string, other: string): string =>
  `case m.kind when 'MEAN' then coalesce(${seen}.n, 0) when 'RATIO' then coalesce(${other}.sum, 0) else 1 end`;
const ofPerson = (table: string, alias: string, metric: string): string =>
  `left join ${table} ${alias} on ${alias}.customer_id = u.customer_id and ${alias}.test_id = u.test_id
      and ${alias}.end_user_id = u.end_user_id and ${alias}.metric = ${metric}`;

/** All who were exposed, also those of whom nothing was seen: else the past could differ by what the treatment did. */
const SUM_PASTS = `
  select variant, metric, count(*)::int as n,
         array[sum(y), sum(d), sum(x), sum(b)] as sums,
         array[sum(y * y), sum(y * d), sum(y * x), sum(y * b), sum(d * d), sum(d * x), sum(d * b),
               sum(x * x), sum(x * b), sum(b * b)] as products
  from (
    select u.variant_key as variant, m.key as metric, ${numeratorOf('o')} as y, ${denominatorOf('o', 'od')} as d,
           ${numeratorOf('e')} as x, ${denominatorOf('e', 'ed')} as b
    from feature_test_units u
    cross join unnest($2::text[], $3::text[], $4::text[], $5::text[]) as m(key, name, denominator, kind)
    ${ofPerson('feature_test_observations', 'o', 'm.name')}
    ${ofPerson('feature_test_observations', 'od', 'm.denominator')}
    ${ofPerson('feature_test_earlier', 'e', 'm.name')}
    ${ofPerson('feature_test_earlier', 'ed', 'm.denominator')}
    where u.test_id = $1 and not u.doubly_exposed and ${COUNTS}
  ) as person
  group by variant, metric`;

const COUNT_SPREADS = `
  select u.variant_key as variant, s.metric, s.bin, sum(s.n) as count
  from feature_test_spreads s join feature_test_units u using (customer_id, test_id, end_user_id)
  where s.test_id = $1 and not u.doubly_exposed and ${COUNTS}
  group by u.variant_key, s.metric, s.bin order by s.bin`;

/** Sums over people of many values: in memory if they are not far more than a million (the default would sort on disk, three times as long). */
const MORE_MEMORY = `select set_config('work_mem', '64MB', true)`;

/** What kernel's `belowCut` says of a person, for all of them; `cut` is the place of the cut that was asked about. */
const SUM_BELOW = `
  select (place - 1)::int as cut, count(*)::int as n, sum(below) as sum,
         sum(below * below + in_bin * within * (1 - within)) as sum_squares,
         sum(total) as count, sum(total * total) as count_squares, sum(below * total) as products
  from (
    select place, within, total, in_bin, earlier + within * in_bin as below
    from (
      select c.place, max(c.within) as within, sum(s.n) as total,
             coalesce(sum(s.n) filter (where s.bin = c.bin), 0) as in_bin,
             coalesce(sum(s.n) filter (where s.bin < c.bin), 0) as earlier
      from unnest($2::text[], $3::text[], $4::int[], $5::float8[])
        with ordinality as c(metric, variant, bin, within, place)
      join feature_test_spreads s on s.test_id = $1 and s.metric = c.metric
      join feature_test_units u on u.customer_id = s.customer_id and u.test_id = s.test_id
        and u.end_user_id = s.end_user_id and u.variant_key = c.variant and not u.doubly_exposed
      where ${COUNTS}
      group by c.place, s.customer_id, s.end_user_id
    ) as person
  ) as counted
  group by place`;
