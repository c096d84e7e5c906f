/**
 * Starts the embedded server again when its process is gone: killed, or out of memory. What was committed is recovered by the
 * server itself; whoever knows its address finds it there again, and waits or comes back meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 200;

export interface GuardedServer {
  isRunning(): boolean;
  /** Starts it at the same address. @throws Error when it does not start, as long as the old one's last process lives. */
  start(): Promise<void>;
}

/** Hears what happened, once each time it changes; `error` is why it does not start. */
export type GuardListener = (event: 'ENDED' | 'REFUSED' | 'BACK', error?: unknown) => void;

export class EmbeddedPostgresGuard {
  private readonly leaving = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    private readonly server: GuardedServer,
    private readonly tell: GuardListener,
  ) {
    this.watching = this.watch();
  }

  /** Answers when nothing is started any more. */
  async stop(): Promise<void> {
    this.leaving.abort();
    await this.watching;
  }

  private async watch(): Promise<void> {
    for (let told = 'BACK'; !this.leaving.signal.aborted; await this.pause()) {
      if (this.server.isRunning()) continue;
      if (told === 'BACK') this.tell((told = 'ENDED'));
      try {
        await this.server.start();
        this.tell((told = 'BACK'));
      } catch (error) {
        if (told === 'ENDED') this.tell((told = 'REFUSED'), error);
      }
    }
  }

  private async pause(): Promise<void> {
    await delay(LOOK_MS, undefined, { signal: this.leaving.signal, ref: false }).catch(() => undefined);
  }
}
