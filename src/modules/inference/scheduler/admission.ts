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
  /** Whether that was measured lately. */
  readonly batchIsKnown: boolean;
  /** Device time of what is to follow this request within the same deadline. */
  readonly followingMs: number;
  /** How much later than promised work has lately been done. */
  readonly marginMs: number;
  readonly ownRows: number;
  readonly totalRows: number;
  readonly ownBytes: number;
  readonly totalBytes: number;
}

export interface Ask {
  readonly rows: number;
  readonly bytes?: number;
  /** Milliseconds until the deadline. */
  readonly withinMs: number;
}

export interface Caps {
  readonly customerRows: number;
  readonly totalRows: number;
  readonly customerBytes: number;
  readonly totalBytes: number;
}

export type Refusal =
  | { readonly reason: 'DEADLINE' | 'CUSTOMER_FULL' | 'QUEUE_FULL'; readonly retryAfterMs: number }
  /** It takes longer than it is allowed to, also when nobody else waits: to come back does not help. */
  | { readonly reason: 'TOO_LONG'; readonly takesMs: number };

/** Undefined = admitted. */
export function refusalOf(ask: Ask, load: Load, caps: Caps): Refusal | undefined {
  const waitMs = expectedWait(load);
  const takesMs = load.batchMs + load.followingMs;
  const spareMs = ask.withinMs - takesMs;
  const { bytes = 0 } = ask;
  if (load.ownRows + ask.rows > caps.customerRows || isOver(load.ownBytes, bytes, caps.customerBytes))
    return refuse('CUSTOMER_FULL', load.ownBacklogMs / load.share);
  if (load.totalRows + ask.rows > caps.totalRows || isOver(load.totalBytes, bytes, caps.totalBytes))
    return refuse('QUEUE_FULL', load.runningMs + load.backlogMs);
  if (spareMs < 0 && load.batchIsKnown) return { reason: 'TOO_LONG', takesMs: Math.ceil(takesMs) };
  // Who need not wait is tried, however often promises were broken; also what took too long, when that is long ago.
  if (waitMs === 0) return undefined;
  // Half of the time is for waiting, however often promises were broken.
  const marginMs = Math.min(load.marginMs, Math.max(0, spareMs) / 2);
  if (waitMs + marginMs > spareMs) return refuse('DEADLINE', waitMs);
  return undefined;
}

/** One that is larger than the cap by itself may wait where nothing else does: it would be refused for ever. */
function isOver(waiting: number, more: number, cap: number): boolean {
  return waiting > 0 && waiting + more > cap;
}

/** In turn a customer waits for its own backlog at its share of the device, and never longer than for all that waits. */
export function expectedWait({
  runningMs,
  backlogMs,
  ownBacklogMs,
  share,
}: Pick<Load, 'runningMs' | 'backlogMs' | 'ownBacklogMs' | 'share'>): number {
  return runningMs + Math.min(backlogMs, ownBacklogMs / share);
}

function refuse(reason: 'DEADLINE' | 'CUSTOMER_FULL' | 'QUEUE_FULL', drainMs: number): Refusal {
  return { reason, retryAfterMs: Math.max(1, Math.ceil(drainMs)) };
}
