/**
 * A connection of a pool that outlives its break: whoever asks it hears of it, and the pool replaces it. Without a listener
 * from its first moment on, a connection that somebody holds would end the process when PostgreSQL restarts. What it is asked as
 * a text stands in the trace of whoever asks; reads and pipelines speak the protocol themselves.
 */
import { Client, type ClientConfig } from 'pg';
import { activeSpan } from '../trace';
import { spanned, statementSpan } from './statement-span';

type Query = (...asked: unknown[]) => unknown;

export class EnduringClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const query = this.query.bind(this) as Query;
    const traced: Query = (...asked) => {
      const [first] = asked as [string | { text?: unknown }];
      const text = typeof first === 'string' ? first : first.text;
      const span = activeSpan() && typeof text === 'string' ? statementSpan(text) : undefined;
      const answer = query(...asked);
      return span && answer instanceof Promise ? spanned(span, answer) : answer;
    };
    this.query = traced as Client['query'];
  }
}
