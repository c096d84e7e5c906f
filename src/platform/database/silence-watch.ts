/**
 * Whether PostgreSQL still says anything. One that stands still (stopped, swapped out, on a disk that hangs, behind a network that
 * drops everything) breaks no connection, and who asks it would wait for as long as it does. A statement that takes long is
 * something else: so while somebody waits and nobody is answered, the server is asked for a word, and only when that does not
 * come either is everybody who waits told so. Until it speaks again nobody is let wait.
 */
import type { Duplex } from 'node:stream';
import { Client } from 'pg';
import { connectionTo } from './connection';

/** What waits for the server, and can be told that it waits in vain. */
export interface Listening {
  breakOff(reason: Error): void;
}

/** How long nobody may have been answered before the server counts as silent. */
const SILENT_AFTER_MS = 5_000;
/** Silence is counted in looks, not by the clock: a process that was held up itself has answers lying there that it did not read yet. */
const LOOKS = 10;
const ASKED_AT_LOOK = 2;
/** The network's own word for nobody's having said anything. */
const UNHEARD = 'ETIMEDOUT';

export class SilenceWatch {
  private readonly waiting = new Set<Listening>();
  private looking: NodeJS.Timeout | undefined;
  private quietLooks = 0;
  private probe: { readonly client: Client; readonly ready: Promise<unknown>; isAsked: boolean } | undefined;

  constructor(
    private readonly url: string,
    private readonly silentAfterMs = SILENT_AFTER_MS,
  ) {}

  /** It waits for an answer of the server from now on. */
  waits(who: Listening): void {
    this.waiting.add(who);
    if (this.isSilent) who.breakOff(this.reason());
    this.looking ??= setInterval(() => this.look(), this.silentAfterMs / LOOKS).unref();
  }

  /** The server has answered all that it asked. */
  answered(who: Listening): void {
    this.waiting.delete(who);
    this.quietLooks = 0;
  }

  /** Its connection has ended. */
  left(who: Listening): void {
    this.waiting.delete(who);
  }

  close(): void {
    this.stopLooking();
    if (this.probe) this.drop(this.probe);
  }

  private get isSilent(): boolean {
    return this.quietLooks >= LOOKS;
  }

  private look(): void {
    if (this.waiting.size === 0 && !this.isSilent) return this.stopLooking();
    this.quietLooks++;
    if (this.quietLooks % LOOKS === ASKED_AT_LOOK) this.ask();
    if (!this.isSilent) return;
    for (const who of this.waiting) who.breakOff(this.reason());
  }

  private stopLooking(): void {
    clearInterval(this.looking);
    this.looking = undefined;
    this.quietLooks = 0;
  }

  /** For a word, on a connection of its own: on another one when it has not answered there. */
  private ask(): void {
    if (this.probe?.isAsked) this.drop(this.probe);
    const probe = (this.probe ??= this.connect());
    probe.isAsked = true;
    const heard = (): void => {
      if (this.probe !== probe) return;
      probe.isAsked = false;
      this.quietLooks = 0;
    };
    probe.ready
      .then(() => probe.client.query('select 1'))
      .then(heard, (error: NodeJS.ErrnoException) => {
        // Whoever refuses speaks, too.
        if (error.code !== UNHEARD) heard();
        this.drop(probe);
      });
  }

  private connect(): NonNullable<SilenceWatch['probe']> {
    const client = new Client({ ...connectionTo(this.url), application_name: 'flywheel watch' });
    client.on('error', () => undefined);
    return { client, ready: client.connect(), isAsked: false };
  }

  private drop(probe: NonNullable<SilenceWatch['probe']>): void {
    if (this.probe === probe) this.probe = undefined;
    breakOff(probe.client, this.reason());
  }

  private reason(): Error {
    return new Error(
      `Connection terminated: the server said nothing to anybody for ${this.silentAfterMs} ms`,
    );
  }
}

/** Ends the connection under a client: what it was asked fails with the reason. */
export function breakOff(client: Client, reason: Error): void {
  streamOf(client).destroy(reason);
}

export function streamOf(client: Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}
