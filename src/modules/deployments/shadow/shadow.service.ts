/** Starts and ends shadows, and adds up how their answers differ: in memory, and every second in the database. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import type { VersionRetirementService } from '../../models';
import { Deployment } from '../deployment.entity';
import type { DeploymentService } from '../deployment.service';
import { shadowServes } from '../deployments.errors';
import { DEPLOYMENT_CHANNEL, DEPLOYMENT_SHADOW } from '../deployments.events';
import type { AnswerDifference } from './answer-difference';
import { Shadow } from './shadow.entity';

const FLUSH_MS = 1000;

type Seen = AnswerDifference & Readonly<Record<'failed' | 'refused' | 'dropped', number>>;
const NOTHING: Seen = {
  rows: 0,
  disagreed: 0,
  difference: 0,
  largest: 0,
  failed: 0,
  refused: 0,
  dropped: 0,
};

const ADD = `update shadows set rows = rows + $3, disagreed = disagreed + $4, difference = difference + $5,
    largest = greatest(largest, $6), failed = failed + $7, refused = refused + $8, dropped = dropped + $9
  where deployment_id = $1 and version_id = $2 and ended_at is null`;

export class ShadowService {
  /** By deployment and version. */
  private readonly seen = new Map<string, Seen>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly deployments: DeploymentService,
    private readonly versions: Pick<VersionRetirementService, 'holdForUse'>,
  ) {}

  start(): void {
    const warn = (error: unknown): void => this.log.warn({ error }, 'what shadows answered is not written');
    this.timer = setInterval(() => void this.flush().catch(warn), FLUSH_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush().catch(() => undefined);
  }

  /** Null ends the shadow. Event: deployment.shadow-started or -ended. @throws AppError CONFLICT for a version that serves, or was retired. */
  async set(id: string, versionId: string | null, reason: string, principal: Principal): Promise<void> {
    const deployment = await this.deployments.find(id);
    if (versionId !== null)
      await this.deployments.checkOwner([{ versionId, weight: 100 }], ['input', 'versionId'], deployment);
    await this.flush();
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const held = await unitOfWork
        .repository(Deployment)
        .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!held) throw notFound(['input', 'id']);
      if (held.routes.some((route) => route.versionId === versionId)) throw shadowServes();
      if (versionId !== null) await this.versions.holdForUse([versionId], ['input', 'versionId']);
      const now = this.clock.now();
      await unitOfWork.sql('update shadows set ended_at = $2 where deployment_id = $1 and ended_at is null', [
        id,
        now,
      ]);
      if (versionId !== null) {
        const startedBy = actorOf(principal);
        const shadow = { id: newId('shd', now), deploymentId: id, versionId, startedBy, startedAt: now };
        await unitOfWork.repository(Shadow).insert({ ...shadow, ...NOTHING, endedAt: null });
      }
      const type = versionId === null ? DEPLOYMENT_SHADOW.ENDED : DEPLOYMENT_SHADOW.STARTED;
      const { customerId } = deployment;
      await this.events.emit({
        type,
        customerId,
        subject: id,
        actor: principal,
        reason,
        data: { versionId },
      });
      await this.signals.publish(DEPLOYMENT_CHANNEL, { id });
    });
  }

  compared(deploymentId: string, versionId: string, difference: AnswerDifference): void {
    this.add(deploymentId, versionId, difference);
  }

  failed(deploymentId: string, versionId: string): void {
    this.add(deploymentId, versionId, { failed: 1 });
  }

  refused(deploymentId: string, versionId: string): void {
    this.add(deploymentId, versionId, { refused: 1 });
  }

  dropped(deploymentId: string, versionId: string): void {
    this.add(deploymentId, versionId, { dropped: 1 });
  }

  /** Writes what was seen since the last time. What cannot be written is lost: it is a sample. */
  async flush(): Promise<void> {
    const all = [...this.seen];
    this.seen.clear();
    if (all.length === 0) return;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      for (const [key, seen] of all) {
        const { rows, disagreed, difference, largest, failed, refused, dropped } = seen;
        const figures = [rows, disagreed, difference, largest, failed, refused, dropped];
        await unitOfWork.sql(ADD, [...key.split(' '), ...figures]);
      }
    });
  }

  private add(deploymentId: string, versionId: string, more: Partial<Seen>): void {
    const key = `${deploymentId} ${versionId}`;
    const before = this.seen.get(key) ?? NOTHING;
    const plus = (field: keyof Seen): number => before[field] + (more[field] ?? 0);
    this.seen.set(key, {
      rows: plus('rows'),
      disagreed: plus('disagreed'),
      difference: plus('difference'),
      largest: Math.max(before.largest, more.largest ?? 0),
      failed: plus('failed'),
      refused: plus('refused'),
      dropped: plus('dropped'),
    });
  }
}
