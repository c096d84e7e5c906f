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

export class SignalPubSub implements PubSub {
  constructor(private readonly signals: Signals) {}

  publish(): void {
    throw new Error('publish with platform.signals, inside the unit of work');
  }

  /** Ticks of a channel, of one `id` only when it is given. */
  subscribe(channel: string, id?: unknown): AsyncIterable<Tick> {
    return new Repeater<Tick>(async (push, stop) => {
      const leave = this.signals.subscribe(
        channel,
        (payload) => {
          if (id === undefined || payload.id === id) void push(payload as Tick);
        },
        () => void push({}),
      );
      await this.signals.established(channel);
      void push({});
      await stop;
      leave();
    });
  }
}
