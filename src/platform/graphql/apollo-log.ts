/** What Apollo Server has to say goes through our log, without its words: they may repeat what a client sent. */
import type { ApolloServerOptions } from '@apollo/server';
import type { Log } from '../log';
import type { RequestContext } from './context';

export function apolloLog(log: Log): NonNullable<ApolloServerOptions<RequestContext>['logger']> {
  const told = (message: unknown): object => (message instanceof Error ? { error: message } : {});
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => log.warn(told(message), 'Apollo Server warns'),
    error: (message) => log.error(told(message), 'Apollo Server failed'),
  };
}
