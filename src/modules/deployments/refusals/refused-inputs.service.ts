/** Counts what versions refuse: in memory, and every second in the database. What was sent is nowhere in it. */
import type { Clock } from '../../../kernel/clock';
import type { AppErrors } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Log } from '../../../platform/log';
import type { RetentionRule } from '../../../platform/module';
import type { ModelVersion } from '../../models';
import { namedFaults } from './named-faults';
import type { RefusedInputRow } from './refused-input.entity';

const FLUSH_MS = 1000;
export const MOST_DAYS = 90;

/** In the order of the key: two processes that write at once wait for each other, and do not block each other. */
const ADD = `insert into refused_inputs as known (deployment_id, day, version_id, input, broken, count, last_at)
  select * from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::timestamptz[])
    as new (deployment_id, day, version_id, input, broken, count, last_at)
  order by 1, 2, 3, 4, 5
  on conflict (deployment_id, day, version_id, input, broken) do update set
    count = known.count + excluded.count, last_at = greatest(known.last_at, excluded.last_at)`;

export const REFUSED_INPUTS_RETENTION: RetentionRule = {
  table: 'refused_inputs',
  goes: 'how often inputs were refused',
  days: MOST_DAYS,
  key: ['deployment_id', 'day', 'version_id', 'input', 'broken'],
  over: 'day < $1',
  emptied: null,
};

export class RefusedInputs {
  private readonly pending = new Map<string, RefusedInputRow>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(): void {
    const warn = (error: unknown): void => this.log.warn({ error }, 'what was refused is not counted');
    this.timer = setInterval(() => void this.flush().catch(warn), FLUSH_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush().catch(() => undefined);
  }

  /** @param refusal of `rows`, by the signature of the version. */
  add(
    deploymentId: string,
    version: Pick<ModelVersion, 'id' | 'signature'>,
    refusal: Pick<AppErrors, 'errors'>,
    rows: unknown,
  ): void {
    const lastAt = this.clock.now();
    const day = lastAt.toISOString().slice(0, 10);
    for (const { input, constraint } of namedFaults(version, refusal, rows)) {
      const row = { deploymentId, day, versionId: version.id, input: input ?? '', broken: constraint };
      const key = JSON.stringify(Object.values(row));
      const count = (this.pending.get(key)?.count ?? 0) + 1;
      this.pending.set(key, { ...row, count, lastAt });
    }
  }

  /** Writes what was refused since the last time. What cannot be written is lost: nothing rests on it. */
  async flush(): Promise<void> {
    const rows = [...this.pending.values()];
    this.pending.clear();
    if (rows.length === 0) return;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, () =>
      unitOfWork.sql(ADD, [
        rows.map(({ deploymentId }) => deploymentId),
        rows.map(({ day }) => day),
        rows.map(({ versionId }) => versionId),
        rows.map(({ input }) => input),
        rows.map(({ broken }) => broken),
        rows.map(({ count }) => count),
        rows.map(({ lastAt }) => lastAt),
      ]),
    );
  }
}
