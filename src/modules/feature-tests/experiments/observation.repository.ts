/**
 * What was seen of people in tests, written by whole batches: exposures, figures of their answers, tracked events. Whether a row may be kept is decided by the statement that keeps it: consent for analytics
 * must stand at that moment. Inside the caller's unit of work.
 */
import type { Database } from '../../../platform/database';
import type { Exposure, ExposureSink } from '../../inference';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import { binSql } from './value-bins';

/** A figure about one answer: its latency, its cost, its rating. */
export interface AnswerFigure {
  readonly inferenceId: string;
  readonly customerId: string;
  /** Birth of the inference: it says in which month its exposure lies. */
  readonly createdAt: Date;
  readonly metric: string;
  readonly value: number;
}

export interface TrackedEntry {
  readonly eventId: string;
  readonly endUserId: string;
  readonly name: string;
  readonly value: number;
  readonly at: Date;
  /** Whether whoever sent it said when it happened: what happens now is covered by the consent that stands now, whatever two clocks say. */
  readonly isDated: boolean;
}

/** Why an event was not kept. */
export enum IgnoredReason {
  ALREADY_SENT = 'ALREADY_SENT',
  NO_CONSENT = 'NO_CONSENT',
  BEFORE_CONSENT = 'BEFORE_CONSENT',
}

export class ObservationRepository implements ExposureSink {
  constructor(private readonly database: Database) {}

  /** Exposures of people whom the prediction named; the others take part in no test. */
  async record(exposures: readonly Exposure[]): Promise<void> {
    const named = exposures.filter(({ endUserId }) => endUserId !== null);
    if (named.length === 0) return;
    await this.database.unitOfWork.sql(RECORD_EXPOSURES, [
      named.map((exposure) => exposure.inferenceId),
      named.map((exposure) => exposure.customerId),
      named.map((exposure) => exposure.endUserId),
      named.map((exposure) => exposure.testId),
      named.map((exposure) => exposure.variantKey),
      named.map((exposure) => exposure.createdAt),
    ]);
  }

  /** Adds figures of answers that were part of a running test; the others are nobody's business here. */
  async recordFigures(figures: readonly AnswerFigure[]): Promise<void> {
    if (figures.length === 0) return;
    await this.database.unitOfWork.sql(RECORD_FIGURES, [
      figures.map((figure) => figure.inferenceId),
      figures.map((figure) => figure.customerId),
      figures.map((figure) => figure.createdAt),
      figures.map((figure) => figure.metric),
      figures.map((figure) => figure.value),
    ]);
  }

  /** Answers for each entry, in their order, why it was not kept; null = it was. */
  async recordTracked(
    customerId: string,
    entries: readonly TrackedEntry[],
  ): Promise<(IgnoredReason | null)[]> {
    const rows = await this.database.unitOfWork.sql<{ ignored: IgnoredReason | null }>(RECORD_TRACKED, [
      customerId,
      entries.map((entry) => entry.eventId),
      entries.map((entry) => entry.endUserId),
      entries.map((entry) => entry.name),
      entries.map((entry) => entry.value),
      entries.map((entry) => entry.at),
      entries.map((entry) => entry.isDated),
    ]);
    return rows.map(({ ignored }) => ignored);
  }
}

const ADD_UP = `on conflict (customer_id, test_id, end_user_id, metric) do update
  set n = feature_test_observations.n + excluded.n, sum = feature_test_observations.sum + excluded.sum`;

/**
 * Of two processes the one that answered first may write last: the first exposure is the earlier one all the same. A test that ended
 * meanwhile has its results: who comes late is in no test, and is not kept as if they were.
 */
const RECORD_EXPOSURES = `
  with kept as materialized (
    select e.* from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
      as e(inference_id, customer_id, end_user_id, test_id, variant_key, created_at)
    where ${CONSENT_NOW_SQL('e.customer_id', 'e.end_user_id', ConsentPurpose.ANALYTICS)}
  ), logged as (
    insert into feature_test_exposures (customer_id, inference_id, test_id, end_user_id, variant_key, created_at)
    select customer_id, inference_id, test_id, end_user_id, variant_key, created_at from kept
    on conflict do nothing
  )
  insert into feature_test_units as known (customer_id, test_id, end_user_id, variant_key, doubly_exposed, first_exposed_at)
  select kept.customer_id, kept.test_id, kept.end_user_id, min(kept.variant_key), min(kept.variant_key) <> max(kept.variant_key), min(kept.created_at)
  from kept join feature_tests t on t.id = kept.test_id and t.state = 'RUNNING'
  group by kept.customer_id, kept.test_id, kept.end_user_id
  order by customer_id, test_id, end_user_id
  on conflict (customer_id, test_id, end_user_id) do update
    set doubly_exposed = known.doubly_exposed or excluded.doubly_exposed or known.variant_key <> excluded.variant_key,
      first_exposed_at = least(known.first_exposed_at, excluded.first_exposed_at)
    where excluded.doubly_exposed or known.variant_key <> excluded.variant_key
      or excluded.first_exposed_at < known.first_exposed_at`;

/** How the values of a person are spread, for the metrics of which the plan wants a quantile. From `seen`. */
const SPREAD = `
    insert into feature_test_spreads (customer_id, test_id, end_user_id, metric, bin, n)
    select customer_id, test_id, end_user_id, metric, bin, count(*)
    from (select seen.*, ${binSql('seen.value')} as bin from seen where metric = any(spread_metrics)) as binned
    group by customer_id, test_id, end_user_id, metric, bin
    order by customer_id, test_id, end_user_id, metric, bin
    on conflict (customer_id, test_id, end_user_id, metric, bin) do update
      set n = feature_test_spreads.n + excluded.n`;

const OBSERVE = `
    insert into feature_test_observations (customer_id, test_id, end_user_id, metric, n, sum)
    select customer_id, test_id, end_user_id, metric, count(*), sum(value) from seen
    group by customer_id, test_id, end_user_id, metric
    order by customer_id, test_id, end_user_id, metric
    ${ADD_UP}`;

const RECORD_FIGURES = `
  with seen as materialized (
    select x.customer_id, x.test_id, x.end_user_id, f.metric, f.value, t.spread_metrics
    from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::float8[])
      as f(inference_id, customer_id, created_at, metric, value)
    join feature_test_exposures x using (inference_id, customer_id, created_at)
    join feature_tests t on t.id = x.test_id and t.state = 'RUNNING' and f.metric = any(t.metric_names)
    where ${CONSENT_NOW_SQL('x.customer_id', 'x.end_user_id', ConsentPurpose.ANALYTICS)}
  ), spread as (${SPREAD}
  )
  ${OBSERVE}`;

const AGREED = (since?: string): string =>
  CONSENT_NOW_SQL('$1', 'sent.end_user_id', ConsentPurpose.ANALYTICS, since);

/** Of the same id in one call the first that may be kept is kept. */
const RECORD_TRACKED = `
  with judged as materialized (
    select e.*, row_number() over (partition by e.event_id, e.refused order by e.place) as turn
    from (
      select sent.*, case when not ${AGREED()} then '${IgnoredReason.NO_CONSENT}'
          when sent.is_dated and not ${AGREED('sent.at')} then '${IgnoredReason.BEFORE_CONSENT}' end as refused
      from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::timestamptz[], $7::boolean[])
        with ordinality as sent(event_id, end_user_id, name, value, at, is_dated, place)
    ) as e
  ), kept as materialized (
    insert into metric_events (customer_id, event_id, end_user_id, name, value, at)
    select $1, e.event_id, e.end_user_id, e.name, e.value, e.at
    from judged e where e.refused is null and e.turn = 1
    order by e.event_id
    on conflict (customer_id, event_id) do nothing
    returning event_id, end_user_id, name, value, at
  ), seen as materialized (
    select u.customer_id, u.test_id, u.end_user_id, k.name as metric, k.value, t.spread_metrics
    from kept k
    join feature_test_units u on u.customer_id = $1 and u.end_user_id = k.end_user_id and u.first_exposed_at <= k.at
    join feature_tests t on t.id = u.test_id and t.state = 'RUNNING' and k.name = any(t.metric_names)
  ), spread as (${SPREAD}
  ), observed as (${OBSERVE}
  )
  select case when e.refused is null and (e.turn > 1 or k.event_id is null) then '${IgnoredReason.ALREADY_SENT}'
      else e.refused end as ignored
  from judged e left join kept k on k.event_id = e.event_id
  order by e.place`;
