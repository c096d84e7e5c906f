/**
 * GraphQL subscriptions hear the platform's signals. Their payload carries the `id` of what changed; the resolver of the
 * field reads the rest as the caller may see it. One tick comes at once, so that nobody waits for a change that was before; one
 * more whenever changes may have gone unheard.
 */
import { Repeater } from '@graphql-yoga/subscription';
import type { PubSub } from 'type-graphql';
import type { Signals } from '../events';

export interface Tick {
  /** What changed; absent when it is not known, as on the first tick. */
  readonly id?: string;
}

/** Ticks that a reader is behind before it hears of them all in one. A repeater fails of a few more. */
const MOST_WAITING = 500;

export class SignalPubSub implements PubSub {
  constructor(private readonly signals: Signals) {}

  publish(): void {
    throw new Error('publish with platform.signals, inside the unit of work');
  }

  /** Ticks of a channel, of one `id` only when it is given. Whoever reads too slowly to hear of each is told to look anew. */
  subscribe(channel: string, id?: unknown): AsyncIterable<Tick> {
    return new Repeater<Tick>(async (push, stop) => {
      let waiting = 0;
      let isBehind = false;
      const tell = (tick: Tick): void => {
        isBehind ||= waiting >= MOST_WAITING;
        if (isBehind) return;
        waiting++;
        void push(tick).then(() => {
          waiting--;
          if (!isBehind || waiting > 0) return;
          isBehind = false;
          tell({});
        });
      };
      const leave = this.signals.subscribe(
        channel,
        (payload) => {
          if (id === undefined || payload.id === id) tell(payload as Tick);
        },
        () => tell({}),
      );
      await this.signals.established(channel);
      tell({});
      await stop;
      leave();
    });
  }
}
