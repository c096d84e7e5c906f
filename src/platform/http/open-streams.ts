/**
 * How many streams somebody has open: each holds a connection, a listener and what it was last told, for as long as its reader
 * likes. Of a process, as the connections are; the same count whichever face is asked.
 */
import { AppError } from '../../kernel/errors';
import { actorOf, type Principal } from '../../kernel/principal';

/** A page in a few tabs, and a server that watches everything it asked for. */
export const MOST_STREAMS = { person: 50, server: 1000 } as const;
const RETRY_MS = 1000;

/** Who opens one. */
export interface StreamReader {
  readonly principal: Principal;
  readonly remoteAddress: string;
}

export class OpenStreams {
  private readonly counts = new Map<string, number>();

  /** Counts one more. Answers what takes it off again, once. @throws AppError RATE_LIMITED. */
  enter({ principal, remoteAddress }: StreamReader): () => void {
    const who = principal.kind === 'ANONYMOUS' ? `anonymous at ${remoteAddress}` : actorOf(principal);
    const most = principal.kind === 'API_KEY' ? MOST_STREAMS.server : MOST_STREAMS.person;
    const count = this.counts.get(who) ?? 0;
    if (count >= most) throw tooManyStreams(most);
    this.counts.set(who, count + 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.leave(who);
      isOpen = false;
    };
  }

  private leave(who: string): void {
    const left = this.counts.get(who)! - 1;
    if (left > 0) this.counts.set(who, left);
    else this.counts.delete(who);
  }
}

function tooManyStreams(most: number): AppError {
  const message = `You have ${most} streams open, which is the most. Close one, and subscribe again.`;
  return new AppError('RATE_LIMITED', message, undefined, { retryAfterMs: RETRY_MS });
}
