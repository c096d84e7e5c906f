/**
 * Who waits for what a child process answers, in the order in which they asked, and whether it has kept them waiting for so long
 * that it must hang. Pure; time comes from outside.
 */
import { EngineNonsense, EngineRefused } from '../compute.errors';
import { FrameKind, type Frame } from './frame';

export interface Waiting {
  /** A process that works on this for longer, and says nothing, hangs. */
  readonly allowedMs: number;
  readonly take: (frame: Frame) => void;
  readonly fail: (error: Error) => void;
}

export class PendingRequests {
  private readonly waiting = new Map<number, Waiting & { readonly since: number }>();
  private heardAt = -Infinity;

  constructor(private readonly now = (): number => performance.now()) {}

  get size(): number {
    return this.waiting.size;
  }

  /** Waits for any number of frames, until it is removed. */
  add(id: number, waiting: Waiting): void {
    this.waiting.set(id, { ...waiting, since: this.now() });
  }

  /** Waits for one frame. @throws EngineRefused or EngineNonsense when it says that the request failed. */
  answer(id: number, allowedMs: number): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const take = (frame: Frame): void => {
        this.remove(id);
        if (frame.kind === FrameKind.FAILED) reject(refusal(frame.meta));
        else resolve(frame);
      };
      this.add(id, { allowedMs, take, fail: reject });
    });
  }

  /** Whether it was still waited for. */
  remove(id: number): boolean {
    return this.waiting.delete(id);
  }

  take(frame: Frame): void {
    this.heardAt = this.now();
    this.waiting.get(frame.id)?.take(frame);
  }

  /** The oldest is in work since it came, or since the process last said something: to be idle is not to be silent. */
  get isHanging(): boolean {
    const [oldest] = this.waiting.values();
    return oldest !== undefined && this.now() - Math.max(oldest.since, this.heardAt) > oldest.allowedMs;
  }

  /** @param why with the place in the order, from 0. */
  failAll(why: (place: number) => Error): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    all.forEach(({ fail }, place) => fail(why(place)));
  }
}

function refusal({ message, nonsense }: Record<string, unknown>): Error {
  return nonsense === true ? new EngineNonsense(String(message)) : new EngineRefused(String(message));
}
