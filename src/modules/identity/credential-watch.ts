/**
 * Whoever reads a stream has shown a credential once, and it may end before the stream does. Each that is watched is looked at
 * again when word comes that one of its kind has ended, and every half a minute; nothing is asked for a piece of what is read.
 * One that nobody can look up at the moment stays good: what runs goes on without the database (decision 0392).
 */
import { AppError, type ErrorCode } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import type { Log } from '../../platform/log';

const BELT_MS = 30_000;
/** It was ended, or the account was closed. */
const ENDED: readonly ErrorCode[] = ['UNAUTHENTICATED', 'ACCOUNT_CLOSING'];

interface Watched {
  readonly principal: Principal;
  readonly listeners: Set<() => void>;
}

export class CredentialWatch {
  private readonly watched = new Map<string, Watched>();
  private belt: NodeJS.Timeout | undefined;

  constructor(
    private readonly authenticate: (authorization: string) => Promise<Principal>,
    private readonly log: Log,
    private readonly beltMs = BELT_MS,
  ) {}

  /** Calls once when it is good no more. Answers what ends the watch. */
  watch(authorization: string, principal: Principal, listener: () => void): () => void {
    const known = this.watched.get(authorization);
    if (known) known.listeners.add(listener);
    else this.watched.set(authorization, { principal, listeners: new Set([listener]) });
    this.belt ??= setInterval(() => this.lookAtAll(), this.beltMs).unref();
    // It may have ended between the look at the request and now.
    if (!known) void this.look(authorization);
    return () => this.leave(authorization, listener);
  }

  lookAtAll(): void {
    this.lookAt(() => true);
  }

  lookAt(concerns: (principal: Principal) => boolean): void {
    for (const [authorization, { principal }] of this.watched)
      if (concerns(principal)) void this.look(authorization);
  }

  private async look(authorization: string): Promise<void> {
    try {
      await this.authenticate(authorization);
    } catch (error) {
      if (!(error instanceof AppError && ENDED.includes(error.code)))
        return this.log.warn({ error }, 'a credential could not be looked at; what runs under it goes on');
      const ended = this.watched.get(authorization);
      this.forget(authorization);
      for (const listener of ended?.listeners ?? []) listener();
    }
  }

  private leave(authorization: string, listener: () => void): void {
    const watched = this.watched.get(authorization);
    if (watched?.listeners.delete(listener) && watched.listeners.size === 0) this.forget(authorization);
  }

  private forget(authorization: string): void {
    this.watched.delete(authorization);
    if (this.watched.size > 0) return;
    clearInterval(this.belt);
    this.belt = undefined;
  }
}
