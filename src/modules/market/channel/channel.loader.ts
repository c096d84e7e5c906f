/** Channels by their ids, one statement a request. */
import type { Database } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { Channel } from './channel.entity';

export type ChannelLoader = ReturnType<typeof createChannelLoader>;

export function createChannelLoader({ read }: Pick<Database, 'read'>) {
  return defineLoader<string, Channel | null>(async (ids, { scope }) =>
    inOrder(ids, await read.list(Channel, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  );
}
