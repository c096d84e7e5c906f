/**
 * Lets go what is kept for a time only: every night, by the rule that each module states next to its table, some thousand rows at a
 * time so that nobody waits for it. What would go now can be asked at any time.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Period } from '../../../kernel/period';
import { ConfigError } from '../../../platform/config';
import { type Database, isUnreachable, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { RetentionRule } from '../../../platform/module';
import { retentionCompleted } from '../privacy.events';
import { type RetentionResult, RetentionRun } from './retention-run.entity';

const AT_A_TIME = 5000;
const DAY_MS = 24 * 3_600_000;

export interface RetentionCount {
  readonly table: string;
  readonly runs: number;
  readonly rows: number;
}

const COUNTS = `select r->>'table' as table, count(*)::int as runs, sum((r->>'rows')::int)::int as rows
  from retention_runs, jsonb_array_elements(results) r
  where created_at >= $1 and created_at < $2 group by 1 order by 1`;

export class RetentionService {
  private stated: readonly RetentionRule[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly configured: ReadonlyMap<string, number>,
    private readonly log: Log,
  ) {}

  /** Said once by the composition. @throws ConfigError when the configuration names a table without a rule. */
  useRules(rules: readonly RetentionRule[]): void {
    const known = new Set(rules.map(({ table }) => table));
    const unknown = [...this.configured.keys()].filter((table) => !known.has(table));
    if (unknown.length > 0)
      throw new ConfigError(
        `FLYWHEEL_RETENTION: there is no rule for ${unknown.join(', ')}. Name some of ${[...known].sort().join(', ')}.`,
      );
    this.stated = rules.map((rule) => ({ ...rule, days: this.configured.get(rule.table) ?? rule.days }));
  }

  get rules(): readonly RetentionRule[] {
    return this.stated;
  }

  /** How many rows the next run would take if it began now. */
  async due({ table, over, days }: RetentionRule): Promise<number> {
    const text = `select count(*)::int as rows from ${table} where ${over}`;
    const values = [this.before(days)];
    const [counted] = await this.database.read.sql<{ rows: number }>(
      SERVICE,
      `privacy.due-${table}`,
      text,
      values,
    );
    return counted!.rows;
  }

  /** What went in a period, by table. */
  counts({ from, to }: Period): Promise<RetentionCount[]> {
    return this.database.read.sql(SERVICE, 'privacy retention', COUNTS, [from, to]);
  }

  /** Event: retention.completed. */
  job(): JobDefinition<object> {
    return { kind: 'privacy.retain', cron: '37 3 * * *', run: (_, context) => this.run(context) };
  }

  /** A table that cannot be emptied keeps none of the others, and whatever went is accounted for, also when it is broken off. */
  private async run({ signal, progress }: JobContext): Promise<string> {
    const results: RetentionResult[] = [];
    try {
      for (const [at, rule] of this.stated.entries()) {
        signal.throwIfAborted();
        await progress(at / this.stated.length, rule.table);
        const result: RetentionResult = { table: rule.table, days: rule.days, rows: 0 };
        results.push(result);
        await this.letGo(rule, result, signal);
      }
    } catch (error) {
      if (results.some(({ rows }) => rows > 0)) await this.account(results);
      throw error;
    }
    return this.account(results);
  }

  private async account(results: RetentionResult[]): Promise<string> {
    const { unitOfWork } = this.database;
    const createdAt = this.clock.now();
    const run: RetentionRun = { id: newId('rtn', createdAt), results, createdAt };
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(RetentionRun).insert(run);
      await this.events.emit(retentionCompleted(run));
    });
    return run.id;
  }

  /** Counts what goes in `result`. */
  private async letGo(rule: RetentionRule, result: RetentionResult, signal: AbortSignal): Promise<void> {
    const { unitOfWork } = this.database;
    const before = this.before(rule.days);
    try {
      for (;;) {
        signal.throwIfAborted();
        const [step] = await unitOfWork.run(SERVICE, () =>
          unitOfWork.sql<{ rows: number }>(statementOf(rule), [before, AT_A_TIME]),
        );
        result.rows += step!.rows;
        if (step!.rows < AT_A_TIME) return;
      }
    } catch (error) {
      result.failed = true;
      if (signal.aborted || isUnreachable(error)) throw error;
      this.log.error({ error, table: rule.table }, 'what is over could not be let go');
    }
  }

  private before(days: number): Date {
    return new Date(this.clock.millis() - days * DAY_MS);
  }
}

function statementOf({ table, key, over, emptied }: RetentionRule): string {
  const columns = key.join(', ');
  const which = `(${columns}) in (select ${columns} from ${table} where ${over} limit $2)`;
  const act = emptied === null ? `delete from ${table}` : `update ${table} set ${emptied}`;
  return `with gone as (${act} where ${which} returning 1) select count(*)::int as rows from gone`;
}
