/**
 * Whether a request may wait at all. It is refused at once when it cannot be done by its deadline, or when too much waits
 * already; the refusal says when to come back. A queue without this rule only turns late answers into later ones.
 */
export interface Load {
  /** Until what runs now is done. */
  readonly runningMs: number;
  /** Device time of all that waits. */
  readonly backlogMs: number;
  /** Device time of what waits for this customer. */
  readonly ownBacklogMs: number;
  /** Part of the device that this customer gets while the others wait too: 0–1. */
  readonly share: number;
  /** Device time of the batch that this request will be in, at its expected fill. */
  readonly batchMs: number;
  /** How much later than promised work has lately been done. */
  readonly marginMs: number;
  readonly ownRows: number;
  readonly totalRows: number;
}

export interface Ask {
  readonly rows: number;
  /** Milliseconds until the deadline. */
  readonly withinMs: number;
}

export interface Caps {
  readonly customerRows: number;
  readonly totalRows: number;
}

export type RefusalReason = 'DEADLINE' | 'CUSTOMER_FULL' | 'QUEUE_FULL';

export interface Refusal {
  readonly reason: RefusalReason;
  readonly retryAfterMs: number;
}

/** Undefined = admitted. */
export function refusalOf(ask: Ask, load: Load, caps: Caps): Refusal | undefined {
  const waitMs = expectedWait(load);
  const spareMs = ask.withinMs - load.batchMs;
  if (load.ownRows + ask.rows > caps.customerRows)
    return refuse('CUSTOMER_FULL', load.ownBacklogMs / load.share);
  if (load.totalRows + ask.rows > caps.totalRows)
    return refuse('QUEUE_FULL', load.runningMs + load.backlogMs);
  // Who need not wait is tried in any case, and half of the time is for waiting however often promises were broken.
  const marginMs = waitMs > 0 ? Math.min(load.marginMs, spareMs / 2) : 0;
  if (waitMs + marginMs > spareMs) return refuse('DEADLINE', waitMs);
  return undefined;
}

/** In turn a customer waits for its own backlog at its share of the device, and never longer than for all that waits. */
export function expectedWait({ runningMs, backlogMs, ownBacklogMs, share }: Omit<Load, 'marginMs'>): number {
  return runningMs + Math.min(backlogMs, ownBacklogMs / share);
}

function refuse(reason: RefusalReason, drainMs: number): Refusal {
  return { reason, retryAfterMs: Math.max(1, Math.ceil(drainMs)) };
}
