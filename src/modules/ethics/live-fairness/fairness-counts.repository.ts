/**
 * The statements of counting. That a person is counted, by consent as it stands in that moment, and what is added to the sums commit
 * together: counted again, they change nothing. Nothing of a person is written but that they were counted.
 */
import { BulkRows, type Database, SERVICE } from '../../../platform/database';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import { FAIRNESS_BREACHED } from '../ethics.events';
import type { Cell } from './monitored-groups';
import { type Day, quarterOf, restartsOf } from './quarter';
import type { DayCounts, Sums } from './shown-counts';

/** A person is counted once of either kind, for each version and quarter. */
export type CountKind = 'ANSWER' | 'LABEL';

export interface Counted {
  readonly customerId: string;
  readonly endUserId: string;
  readonly monitorId: string;
  readonly versionId: string;
  readonly kind: CountKind;
  readonly day: Day;
}

export interface CountedDay extends DayCounts {
  readonly monitorId: string;
  readonly versionId: string;
}

interface Addition extends Sums, Cell {
  readonly customerId: string;
  readonly monitorId: string;
  readonly versionId: string;
  readonly day: Day;
}

interface Closing {
  readonly deploymentId: string;
  readonly at: string;
}

const PURPOSE = ConsentPurpose.FAIRNESS_MONITORING;

const PEOPLE = new BulkRows<Counted>(
  {
    customer_id: { type: 'text', of: ({ customerId }) => customerId },
    monitor_id: { type: 'text', of: ({ monitorId }) => monitorId },
    model_version_id: { type: 'text', of: ({ versionId }) => versionId },
    kind: { type: 'text', of: ({ kind }) => kind },
    quarter: { type: 'text', of: ({ day }) => quarterOf(day) },
    counted_on: { type: 'text', of: ({ day }) => day },
  },
  { end_user_id: { type: 'text', of: ({ endUserId }) => endUserId } },
);

/** In one order, as the sums are. */
const CLAIM = `insert into fairness_counted_people (customer_id, end_user_id, monitor_id, model_version_id, kind, quarter, counted_on)
  select customer_id, end_user_id, monitor_id, model_version_id, kind, quarter::date, counted_on::date
  from ${PEOPLE.sql} as person
  where ${CONSENT_NOW_SQL('person.customer_id', 'person.end_user_id', PURPOSE)}
    and exists (select from fairness_monitors where id = person.monitor_id and ended_at is null)
  order by 1, 2, 3, 4, 5, 6
  on conflict do nothing
  returning customer_id as "customerId", end_user_id as "endUserId", monitor_id as "monitorId",
    model_version_id as "versionId", kind`;

const SUMS = new BulkRows<Addition>(
  {
    customer_id: { type: 'text', of: ({ customerId }) => customerId },
    monitor_id: { type: 'text', of: ({ monitorId }) => monitorId },
    model_version_id: { type: 'text', of: ({ versionId }) => versionId },
    day: { type: 'text', of: ({ day }) => day },
    attribute: { type: 'text', of: ({ attribute }) => attribute },
  },
  {
    group_name: { type: 'text', of: ({ group }) => group },
    selected: { type: 'bigint', of: ({ selected }) => selected },
    unselected: { type: 'bigint', of: ({ unselected }) => unselected },
    true_positives: { type: 'bigint', of: ({ truePositives }) => truePositives },
    false_positives: { type: 'bigint', of: ({ falsePositives }) => falsePositives },
    true_negatives: { type: 'bigint', of: ({ trueNegatives }) => trueNegatives },
    false_negatives: { type: 'bigint', of: ({ falseNegatives }) => falseNegatives },
  },
);

const COLUMNS = [
  'selected',
  'unselected',
  'true_positives',
  'false_positives',
  'true_negatives',
  'false_negatives',
];

/** In one order, so that two processes that add to the same sums wait for each other and never in a circle. */
const ADD = `insert into fairness_counts as kept (customer_id, monitor_id, model_version_id, day, attribute, group_name, ${COLUMNS.join(', ')})
  select customer_id, monitor_id, model_version_id, day::date, attribute, group_name,
    ${COLUMNS.map((column) => `sum(${column})`).join(', ')}
  from ${SUMS.sql} as added group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict (customer_id, monitor_id, model_version_id, day, attribute, group_name) do update set
    ${COLUMNS.map((column) => `${column} = kept.${column} + excluded.${column}`).join(', ')}`;

const DAYS = `select monitor_id as "monitorId", model_version_id as "versionId", day::text, attribute, group_name as "group",
    sum(selected)::float8 as selected, sum(unselected)::float8 as unselected,
    sum(true_positives)::float8 as "truePositives", sum(false_positives)::float8 as "falsePositives",
    sum(true_negatives)::float8 as "trueNegatives", sum(false_negatives)::float8 as "falseNegatives"
  from fairness_counts
  where monitor_id = any($1) and day >= $2::date and day < $3::date and ($4::text is null or customer_id = $4)
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`;

const CLOSINGS = `select subject_id as "deploymentId", closed_at as at from incidents
  where cause = $1 and subject_id = any($2) and closed_at is not null`;

const nameOf = ({ customerId, endUserId, monitorId, versionId, kind }: Omit<Counted, 'day'>): string =>
  [customerId, endUserId, monitorId, versionId, kind].join('\n');

export interface Observation extends Counted {
  readonly cells: readonly Cell[];
  readonly sums: Sums;
}

export class FairnessCountsRepository {
  constructor(private readonly database: Database) {}

  /** Adds those who agree and were not counted yet, in the caller's unit of work; of the same person the first. */
  async add(observations: readonly Observation[]): Promise<void> {
    if (observations.length === 0) return;
    const { unitOfWork } = this.database;
    const claimed = await unitOfWork.sql<Omit<Counted, 'day'>>(CLAIM, PEOPLE.values(observations));
    const counted = new Set(claimed.map(nameOf));
    const additions = observations
      .filter((one) => counted.delete(nameOf(one)))
      .flatMap(({ customerId, monitorId, versionId, day, cells, sums }) =>
        cells.map((cell) => ({ customerId, monitorId, versionId, day, ...cell, ...sums })),
      );
    if (additions.length > 0) await unitOfWork.sql(ADD, SUMS.values(additions));
  }

  /** From the beginning of the quarter of `from` on, and before `to`. @param customerId null = those of all customers, added up. */
  days(monitorIds: readonly string[], from: Day, to: Day, customerId: string | null): Promise<CountedDay[]> {
    const values = [monitorIds, quarterOf(from), to, customerId];
    return this.database.read.sql<CountedDay>(SERVICE, 'ethics.fairness-days', DAYS, values);
  }

  /** The days on which evidence began anew, by deployment. */
  async restarts(deploymentIds: readonly string[]): Promise<ReadonlyMap<string, Day[]>> {
    if (deploymentIds.length === 0) return new Map();
    const values = [FAIRNESS_BREACHED, deploymentIds];
    const { read } = this.database;
    const rows = await read.sql<Closing>(SERVICE, 'ethics.fairness-restarts', CLOSINGS, values);
    return new Map(
      deploymentIds.map((id) => [
        id,
        restartsOf(rows.filter(({ deploymentId }) => deploymentId === id).map(({ at }) => new Date(at))),
      ]),
    );
  }
}
