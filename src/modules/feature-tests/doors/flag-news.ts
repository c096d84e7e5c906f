/**
 * A stream of news about flags, as server-sent events. What changes while its reader is slow is told once; silence is
 * broken by heartbeats, so that neither side holds a connection that is gone; and before each word it is asked whether the
 * reader may still hear it.
 */
import { type CancelSignal, Cancellation } from '../../../kernel/cancellation';

export const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';
/** How soon a reader comes back when the stream ends. */
const RETRY = 'retry: 2000\n\n';

export interface NewsSource {
  /** Answers what ends it. */
  readonly subscribe: (ring: () => void) => () => void;
  /** Asked before each word but the first. */
  readonly mayHear: () => Promise<boolean>;
  /** What there is to say now, as an event. */
  readonly tell: () => string;
  /** Whether there is something to say at once. */
  readonly beginsWithNews: boolean;
  /** Any of them ends the stream. */
  readonly ends: readonly CancelSignal[];
}

/** Calls once after so many milliseconds. Answers what takes that back. */
export type Timer = (call: () => void, milliseconds: number) => () => void;

const realTimer: Timer = (call, milliseconds) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};

export async function* flagNews(
  { subscribe, mayHear, tell, beginsWithNews, ends }: NewsSource,
  timer: Timer = realTimer,
): AsyncGenerator<string> {
  const end = new Cancellation();
  const bell = new Bell(timer);
  const leave = [...ends.map((signal) => end.follow(signal)), subscribe(() => bell.ring())];
  end.addEventListener('abort', () => bell.ring());
  try {
    yield beginsWithNews ? RETRY + tell() : RETRY + HEARTBEAT;
    for (;;) {
      const hasRung = await bell.wait(HEARTBEAT_MS);
      if (end.aborted || !(await mayHear())) return;
      yield hasRung ? tell() : HEARTBEAT;
    }
  } finally {
    for (const stop of leave) stop();
  }
}

/** One event of a stream; `data` in one line. */
export function eventOf({ id, name, data }: { id?: string; name?: string; data: string }): string {
  return `${id === undefined ? '' : `id: ${id}\n`}${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`;
}

/** Remembers that it rang until somebody asks. */
class Bell {
  private hasRung = false;
  private wake: (() => void) | undefined;

  constructor(private readonly timer: Timer) {}

  ring(): void {
    this.hasRung = true;
    this.wake?.();
  }

  /** Whether it rang within so many milliseconds, or since it was last asked. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.hasRung) {
      await new Promise<void>((resolve) => {
        const takeBack = this.timer(resolve, milliseconds);
        this.wake = () => {
          takeBack();
          resolve();
        };
      });
      this.wake = undefined;
    }
    const { hasRung } = this;
    this.hasRung = false;
    return hasRung;
  }
}
