/**
 * Which loaded versions must go when another one comes: least recently used first, weighted by what it costs to load them
 * again. What leaves is what was idle for longest in proportion to the milliseconds that a byte of it costs, so that an
 * expensive version stays longer and still leaves one day. Pure: who calls it loads and unloads.
 */
interface Resident {
  readonly bytes: number;
  reloadMs: number;
  /** Number of the last use, of any version. */
  usedAt: number;
  /** Requests that are in it now, its own load included: it does not leave. */
  pins: number;
}

/** Before its first load nobody knows what a version costs; files are read at about this rate. */
const BYTES_A_MS = 200_000;

export type Room =
  /** There is room, after these have left; they count as gone. */
  | { readonly kind: 'READY'; readonly leave: readonly string[] }
  /** There will be when something that is in use is not any more. */
  | { readonly kind: 'IN_USE' }
  /** Not even alone. */
  | { readonly kind: 'TOO_LARGE' };

export class MemoryBudget {
  private readonly residents = new Map<string, Resident>();
  private uses = 0;
  private used = 0;

  constructor(readonly limitBytes: number) {}

  get usedBytes(): number {
    return this.used;
  }

  /** Makes room and takes it, pinned for the load. A version that is there already is measured anew. */
  reserve(versionId: string, bytes: number): Room {
    if (bytes > this.limitBytes) return { kind: 'TOO_LARGE' };
    const before = this.residents.get(versionId);
    const others = [...this.residents].filter(([id, { pins }]) => pins === 0 && id !== versionId);
    others.sort(([, one], [, other]) => this.dispensable(other) - this.dispensable(one));
    let free = this.limitBytes - this.used + (before?.bytes ?? 0);
    const leave: string[] = [];
    for (const [id, resident] of others) {
      if (free >= bytes) break;
      leave.push(id);
      free += resident.bytes;
    }
    if (free < bytes) return { kind: 'IN_USE' };
    for (const id of leave) this.remove(id);
    const reloadMs = before?.reloadMs ?? bytes / BYTES_A_MS;
    this.remove(versionId);
    this.residents.set(versionId, { bytes, reloadMs, usedAt: ++this.uses, pins: (before?.pins ?? 0) + 1 });
    this.used += bytes;
    return { kind: 'READY', leave };
  }

  /** What its load took. */
  learned(versionId: string, reloadMs: number): void {
    const resident = this.residents.get(versionId);
    if (resident) resident.reloadMs = reloadMs;
  }

  /** A request goes into it. False when it is not there (any more). */
  pin(versionId: string): boolean {
    const resident = this.residents.get(versionId);
    if (!resident) return false;
    resident.pins++;
    resident.usedAt = ++this.uses;
    return true;
  }

  unpin(versionId: string): void {
    const resident = this.residents.get(versionId);
    if (resident) resident.pins--;
  }

  remove(versionId: string): void {
    this.used -= this.residents.get(versionId)?.bytes ?? 0;
    this.residents.delete(versionId);
  }

  private dispensable({ usedAt, bytes, reloadMs }: Resident): number {
    return ((this.uses - usedAt + 1) * bytes) / Math.max(1, reloadMs);
  }
}
