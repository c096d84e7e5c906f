/**
 * Watches the canaries of the deployments that this process serves: adds up in memory what each answer was, hands the sums
 * to the database every second, and has the canary looked at. On the path of an answer it costs a look into a map; a crash
 * loses a second of evidence and nothing else.
 */
import type { Clock } from '../../../kernel/clock';
import { bornAt } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { DomainEvent, EventSubscriber, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { DEPLOYMENT_CHANNEL } from '../deployments.events';
import type { ServedRoutes } from '../routes/route.service';
import { CanaryEvidence, type Observed } from './canary-evidence';
import { Canary, CanaryState } from './canary.entity';
import type { CanaryService } from './canary.service';

const FLUSH_MS = 1000;
/** Deadlines pass without any request. */
const LOOK_ANYWAY_MS = 15_000;
const FEEDBACK_SUBMITTED = 'feedback.submitted';

const ADD = `insert into canary_evidence as known (canary_id, revision, version_id, step, sums) values ($1, $2, $3, $4, $5)
  on conflict (canary_id, revision, version_id) do update set sums = (
    select array_agg(one + other order by at)
    from unnest(known.sums, excluded.sums) with ordinality as both_sums(one, other, at))`;

interface Watched extends Pick<
  Canary,
  'id' | 'step' | 'slowMs' | 'scoreEdges' | 'baselineVersionId' | 'candidateVersionId'
> {
  /** What was not written yet, by revision of the routes and version. */
  readonly pending: Map<string, Pending>;
}

interface Pending {
  readonly revision: number;
  readonly versionId: string;
  readonly step: number;
  readonly evidence: CanaryEvidence;
}

export class CanaryWatch implements EventSubscriber {
  readonly name = 'deployments.canary-feedback';
  readonly types = [FEEDBACK_SUBMITTED];
  private watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private lookedAt = 0;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly canaries: CanaryService,
  ) {}

  async start(): Promise<void> {
    const again = (): void => this.soon(() => this.refresh());
    this.unsubscribe = this.signals.subscribe(DEPLOYMENT_CHANNEL, again, again);
    await this.refresh();
    this.timer = setInterval(() => this.soon(() => this.beat()), FLUSH_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    clearInterval(this.timer);
    await this.working;
    await this.flush().catch((error: unknown) => this.log.warn({ error }, 'evidence of canaries is lost'));
  }

  /** Told of every answer that the routes chose a version for. */
  observe({ deploymentId, revision }: ServedRoutes, versionId: string, observed: Observed): void {
    const canary = this.watched.get(deploymentId);
    if (!canary || !isPart(canary, versionId)) return;
    pendingOf(canary, revision, versionId).observe(observed, canary);
  }

  /**
   * Writes what is known, and looks at every canary: for the timer, and for whoever cannot wait for it. One that cannot be
   * judged holds up no other, which may have to be rolled back.
   */
  async look(): Promise<void> {
    await this.refresh();
    this.lookedAt = this.clock.millis();
    for (const canary of this.watched.values()) {
      try {
        await this.write(canary);
        await this.canaries.look(canary.id);
      } catch (error) {
        this.log.error({ error, canaryId: canary.id }, 'a canary could not be looked at');
      }
    }
  }

  /** A word about an answer belongs to the step in which the answer was given; words about earlier answers do not count. */
  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { data, customerId } of events) {
      const { score, inferenceId, deploymentId, modelVersionId, routed, endUserId } = data;
      const at = typeof inferenceId === 'string' ? bornAt(inferenceId) : undefined;
      // Who was sent to a version by name or by a test is nobody's sample.
      if (routed !== true || !at || typeof score !== 'number' || typeof deploymentId !== 'string') continue;
      const [step] = await this.database.unitOfWork.sql<{ canaryId: string; revision: number; step: number }>(
        `select canary.id as "canaryId", event.version as revision, known.step from canaries as canary
         join deployment_events as event on event.deployment_id = canary.deployment_id and event.at <= $2
         join canary_evidence as known on known.canary_id = canary.id and known.revision = event.version and known.version_id = $3
         where canary.deployment_id = $1 and canary.state in ('RUNNING', 'PAUSED') and canary.started_at <= $2
         order by event.version desc limit 1`,
        [deploymentId, at, modelVersionId],
      );
      if (!step) continue;
      const evidence = new CanaryEvidence();
      evidence.rate(typeof endUserId === 'string' ? endUserId : (customerId ?? ''), score);
      await this.add(step.canaryId, { ...step, versionId: String(modelVersionId), evidence });
    }
  }

  private async beat(): Promise<void> {
    const isDirty = [...this.watched.values()].some(({ pending }) => pending.size > 0);
    const isDue = this.clock.millis() - this.lookedAt >= LOOK_ANYWAY_MS;
    if (this.watched.size > 0 && (isDirty || isDue)) await this.look();
  }

  /** One piece of work after the other. */
  private soon(work: () => Promise<void>): void {
    const before = this.working;
    this.working = (async () => {
      await before;
      await work().catch((error: unknown) => this.log.error({ error }, 'canaries could not be looked at'));
    })();
  }

  private async refresh(): Promise<void> {
    const rows = await this.database.read.list(Canary, {
      scope: SERVICE,
      where: { state: { in: [CanaryState.RUNNING, CanaryState.PAUSED] } },
    });
    const before = this.watched;
    this.watched = new Map(
      rows.map((row) => {
        const known = before.get(row.deploymentId);
        return [row.deploymentId, { ...row, pending: known?.id === row.id ? known.pending : new Map() }];
      }),
    );
  }

  private async flush(): Promise<void> {
    for (const canary of this.watched.values()) await this.write(canary);
  }

  private async write({ id, pending }: Watched): Promise<void> {
    for (const [key, part] of [...pending]) {
      pending.delete(key);
      try {
        await this.database.unitOfWork.run(SERVICE, () => this.add(id, part));
      } catch (error) {
        // Not lost: it goes with what came meanwhile.
        const meanwhile = pending.get(key);
        if (meanwhile) part.evidence.merge(meanwhile.evidence);
        pending.set(key, part);
        throw error;
      }
    }
  }

  private async add(canaryId: string, { revision, versionId, step, evidence }: Pending): Promise<void> {
    const values = [canaryId, revision, versionId, step, [...evidence.sums]];
    await this.database.unitOfWork.sql(ADD, values);
  }
}

function isPart(
  { baselineVersionId, candidateVersionId }: Pick<Watched, 'baselineVersionId' | 'candidateVersionId'>,
  versionId: string,
): boolean {
  return versionId === baselineVersionId || versionId === candidateVersionId;
}

function pendingOf({ pending, step }: Watched, revision: number, versionId: string): CanaryEvidence {
  const key = `${revision} ${versionId}`;
  let known = pending.get(key);
  if (!known) pending.set(key, (known = { revision, versionId, step, evidence: new CanaryEvidence() }));
  return known.evidence;
}
