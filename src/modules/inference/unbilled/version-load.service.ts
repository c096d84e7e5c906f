/**
 * The door for whoever wants to know what a version takes: rows go the way of every prediction (plan, queue, batch, engine,
 * outputs), but behind everybody else, and leave nothing: no record, no bill, no use. Their device time is told apart.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';
import type { EngineInfo } from '../../compute';
import type { HeldVersion, RouteService } from '../../deployments';
import { writesText } from '../../models';
import type { BatchingService } from '../batching/batching.service';
import type { Execution, ExecutionPort } from '../batching/execution';
import { carryOut, type Metered, planPrediction } from '../prediction/model-work';

/** The one account of the queue behind: there is nobody to share it with. */
const NOBODY = { customerId: 'load', weight: 1, givesWay: true };

export interface LoadDoors {
  readonly routes: Pick<RouteService, 'holdVersion'>;
  readonly execution: Pick<Execution, 'of'>;
  readonly batching: Pick<BatchingService, 'submit' | 'unattributed' | 'rowsAtOnce'>;
}

/** A version that stays warm here until it is released. */
export class LoadedVersion {
  private readonly port: ExecutionPort;

  constructor(
    private readonly held: HeldVersion,
    private readonly doors: Pick<LoadDoors, 'execution' | 'batching'>,
  ) {
    this.port = doors.execution.of(held.version.id);
  }

  get engine(): EngineInfo {
    return this.port.infoOf(this.held.version.id);
  }

  /** Those of one name share a queue: a remote server has one for each version. */
  get engineName(): string {
    const { kind, device } = this.engine;
    return this.port.leavesHouse ? this.held.version.id : `${kind} ${device}`;
  }

  /** @throws AppErrors with every fault of every row, at `input.rows`; AppError INVALID_INPUT for a version that takes none. */
  check(rows: readonly unknown[]): void {
    if (writesText(this.held.version)) throw asksRows();
    planPrediction(this.held.version, rows);
  }

  /** Asks for these rows as one call would. @throws as a prediction: refused, late, no engine. */
  async ask(rows: readonly unknown[], withinMs: number, signal: CancelSignal): Promise<Metered> {
    const { version } = this.held;
    const { batching } = this.doors;
    const request = { ...NOBODY, versionId: version.id, withinMs, signal };
    const work = planPrediction(version, rows);
    // One call is one batch, however long it takes; for this one a customer is not to wait longer than for any other.
    const partRows = Math.min(work.partRows ?? Infinity, batching.rowsAtOnce(version.id));
    const { metered } = await carryOut({ rows: work.rows, partRows, run: work.run }, batching, request);
    // Time of somebody else's device is on their bill.
    if (!this.port.leavesHouse) batching.unattributed('PERFORMANCE_TEST', metered.deviceMs);
    return metered;
  }

  release(): void {
    this.held.release();
  }
}

export class VersionLoad {
  constructor(private readonly doors: LoadDoors) {}

  /** @throws AppError CONFLICT for a version that is not warm in this process. */
  hold(versionId: string): LoadedVersion {
    const held = this.doors.routes.holdVersion(versionId);
    if (!held) throw notWarm(versionId);
    return new LoadedVersion(held, this.doors);
  }
}

const PATH = ['input', 'versionId'];

function notWarm(versionId: string): AppError {
  const message =
    'No deployment serves this version here. Give it a route, with weight 0 if it is to get no traffic, or make it a shadow; then test it when the deployment is READY.';
  return conflict(message, PATH, versionId);
}

function asksRows(): AppError {
  const message =
    'This version writes texts and takes no rows; performance tests ask rows. Name a version that answers rows.';
  return invalidInput(PATH, message, 'task');
}
