/** The one GraphQL schema: every module's resolvers and those of the composition itself. */
import type { GraphQLSchema } from 'graphql';
import { buildFlywheelSchema } from '../platform/graphql';
import type { NodeSource, Platform } from '../platform/module';
import { JobResolver } from './job.resolver';
import type { Modules } from './modules';
import { Job } from '../platform/jobs';
import { inOrder } from '../platform/graphql';

export function buildSchema(platform: Platform, { manifests }: Modules): GraphQLSchema {
  const { database, jobs } = platform;
  const jobNode: NodeSource = {
    prefix: 'job',
    load: async (ids, { scope }) =>
      inOrder(ids, await database.read.list(Job, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  };
  const nodes = [...manifests.flatMap(({ nodes: some = [] }) => some), jobNode];
  return buildFlywheelSchema({
    platform,
    nodes,
    resolvers: [
      ...manifests.flatMap(({ resolvers }) => resolvers),
      new JobResolver(database, jobs, () => nodes),
    ],
  });
}
