/**
 * A connection of a pool that outlives its break: whoever asks it hears of it, and the pool replaces it. Without a listener
 * from its first moment on, a connection that somebody holds would end the process when PostgreSQL restarts.
 */
import { Client, type ClientConfig } from 'pg';

export class EnduringClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
