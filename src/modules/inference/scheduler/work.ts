/** What the scheduler knows of a request: whose it is, how large, until when it is of use, and with what it may share a batch. */
export interface Work {
  readonly customerId: string;
  /** Share of the device that the customer's plan buys, relative to others. */
  readonly weight: number;
  /** Model version and shape bucket: only work of one lane can share a batch. */
  readonly lane: string;
  readonly rows: number;
  /** That its inputs hold in memory; absent = too few to count. */
  readonly bytes?: number;
  /** On the scheduler's clock, in milliseconds. */
  readonly arrivedAt: number;
  readonly deadlineAt: number;
  /** It is nobody's, as that of a performance test: served when nothing else waits, and dropped first. */
  readonly givesWay?: boolean;
  /** Rows that are to follow within the same deadline, and how many of them at a time; absent = none. */
  readonly following?: { readonly rows: number; readonly partRows: number };
}

/** Why a batch was released: the device was free, or a full one could be made ready while another ran. */
export type ReleaseReason = 'DEVICE_FREE' | 'FULL';

export interface Batch<W extends Work> {
  readonly lane: string;
  readonly works: readonly W[];
  readonly rows: number;
  readonly reason: ReleaseReason;
  /** What the cost model expects it to take. */
  readonly expectedMs: number;
  readonly releasedAt: number;
}

export interface SchedulerLimits {
  /** Rows in a batch at most. A single request never has more. */
  readonly batchRows: number;
  /** Bytes of a batch’s inputs, unless a single request has more: it is copied on its way to the engine. */
  readonly batchBytes: number;
  /** A batch is not filled beyond what the device is expected to do in this time: what others wait for it. */
  readonly batchMs: number;
  /** Rows that may wait for one customer, and for all together, and the bytes of their inputs. */
  readonly customerRows: number;
  readonly totalRows: number;
  readonly customerBytes: number;
  readonly totalBytes: number;
  /** Batches that the device runs at the same time: one for a single device, more for a remote server. */
  readonly concurrency: number;
}

const MEBIBYTE = 2 ** 20;

export const DEFAULT_LIMITS: SchedulerLimits = {
  batchRows: 1024,
  batchBytes: 32 * MEBIBYTE,
  batchMs: 25,
  customerRows: 8192,
  totalRows: 131_072,
  customerBytes: 32 * MEBIBYTE,
  totalBytes: 256 * MEBIBYTE,
  concurrency: 1,
};
