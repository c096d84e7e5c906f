/** All flags at once, with what is known of the tests behind them: flags require each other, so none can be judged alone. */
import { type Database, SERVICE } from '../../../platform/database';
import type { KnownFlag } from './flag-faults';
import { FlagGraph } from './flag-graph';
import type { FlagFacts } from './flag-staleness';
import { TEST_OF_FLAG } from './rule-store.service';

/** One at a time: of two changes that are each right alone, both may make a circle. */
const TURN = 'feature flags';

export interface KnownFacts extends FlagFacts, Omit<KnownFlag, keyof FlagFacts> {}

export class FlagFactsRepository {
  constructor(private readonly database: Database) {}

  /** Waits until no other change of flags is under way. Inside the caller's unit of work. */
  takeTurn(): Promise<void> {
    return this.database.unitOfWork.takeTurn(TURN);
  }

  /** All that are not archived, and the flag with this id in any case. Inside the caller's unit of work. */
  async all(id: string | null = null): Promise<KnownFacts[]> {
    const rows = await this.database.unitOfWork.sql<KnownFacts>(FACTS, [id]);
    const keys = new Map(rows.map((row) => [row.id, row.key]));
    return rows.map((row) => ({
      ...row,
      prerequisites: row.prerequisites.map((one) => ({ ...one, key: keys.get(one.flagId) ?? one.flagId })),
    }));
  }

  async graph(id: string): Promise<FlagGraph<KnownFacts>> {
    return new FlagGraph(await this.all(id));
  }

  /** Keeps what was found, where it differs from what was known. */
  async keepStaleness(found: ReadonlyMap<string, unknown>): Promise<void> {
    const rows = [...found].map(([id, stale]) => ({ id, stale }));
    await this.database.unitOfWork.run(SERVICE, () =>
      this.database.unitOfWork.sql(KEEP_STALENESS, [JSON.stringify(rows)]),
    );
  }
}

const FACTS = `
  select f.id, f.key, f.type, f.default_value as "defaultValue", f.rules, f.environments, f.prerequisites,
         f.requires_review as "requiresReview", f.permanent, f.stale_note as "staleNote", f.stale, f.updated_at as "updatedAt",
         ${TEST_OF_FLAG},
         t.state as "testState", t.decision ->> 'variant' as decision,
         greatest(t.started_at, t.stopped_at, t.decided_at) as "testMovedAt"
  from feature_flags f
  left join feature_tests t on t.flag_id = f.id
  left join deployments d on d.id = t.deployment_id
  where f.archived_at is null or f.id = $1
  order by f.key`;

const KEEP_STALENESS = `
  update feature_flags f set stale = nullif(found.stale, 'null')
  from jsonb_to_recordset($1) as found (id text, stale jsonb)
  where f.id = found.id and f.stale is distinct from nullif(found.stale, 'null')`;
