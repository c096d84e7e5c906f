/**
 * A connection of a pool that outlives its break: whoever asks it hears of it, and the pool replaces it. Without a listener
 * from its first moment on, a connection that somebody holds would end the process when PostgreSQL restarts. What it is asked as
 * a text stands in the trace of whoever asks; reads and pipelines speak the protocol themselves. While it waits for the server a
 * watch knows of it, where it was given one. One to a server that takes no changes is given up, so that the next finds the one
 * that does: its address may lead elsewhere by now.
 */
import { Client, type ClientConfig, type Connection } from 'pg';
import { activeSpan } from '../trace';
import { breakOff, type Listening, type SilenceWatch, streamOf } from './silence-watch';
import { spanned, statementSpan } from './statement-span';

type Call = (...given: unknown[]) => unknown;

/** What the server says of itself when a connection is made, and whenever it changes. */
const IN_STANDBY = { parameterName: 'in_hot_standby', parameterValue: 'on' };
/** It refused a change: it is a standby, or changes are switched off; for this connection it may stay so when that is over. */
const READ_ONLY = '25006';
const TAKES_NO_CHANGES = 'Connection terminated: the server takes no changes now';

export interface EnduringConfig extends ClientConfig {
  readonly watch?: SilenceWatch;
}

export class EnduringClient extends Client implements Listening {
  constructor(config?: string | EnduringConfig) {
    super(config);
    this.on('error', () => undefined);
    this.leaveReadOnly();
    const query = this.query.bind(this) as Call;
    const traced: Call = (...asked) => {
      const [first] = asked as [string | { text?: unknown }];
      const text = typeof first === 'string' ? first : first.text;
      const span = activeSpan() && typeof text === 'string' ? statementSpan(text) : undefined;
      const answer = query(...asked);
      return span && answer instanceof Promise ? spanned(span, answer) : answer;
    };
    const watch = typeof config === 'object' ? config.watch : undefined;
    this.query = (watch ? this.watched(watch, traced) : traced) as Client['query'];
  }

  breakOff(reason: Error): void {
    breakOff(this, reason);
  }

  private leaveReadOnly(): void {
    const { connection } = this as unknown as { connection: Connection };
    const leave = (): void => breakOff(this, new Error(TAKES_NO_CHANGES));
    connection.on('parameterStatus', ({ parameterName, parameterValue }: typeof IN_STANDBY) => {
      if (parameterName === IN_STANDBY.parameterName && parameterValue === IN_STANDBY.parameterValue) leave();
    });
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      // Whoever asked is told first.
      if (code === READ_ONLY) this.once('drain', leave);
    });
  }

  private watched(watch: SilenceWatch, query: Call): Call {
    const connect = this.connect.bind(this) as Call;
    const waiting =
      (act: Call): Call =>
      (...given) => {
        const answer = act(...given);
        // One whose connection has ended says so itself, and never that it has.
        if (!streamOf(this).destroyed) watch.waits(this);
        return answer;
      };
    this.connect = waiting(connect) as Client['connect'];
    this.on('connect', () => watch.answered(this));
    this.on('drain', () => watch.answered(this));
    this.on('end', () => watch.left(this));
    return waiting(query);
  }
}
