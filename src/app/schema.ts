/** The one GraphQL schema: every module's resolvers and those of the composition itself. */
import type { GraphQLSchema } from 'graphql';
import { may } from '../modules/identity';
import { buildFlywheelSchema, inOrder } from '../platform/graphql';
import { Job } from '../platform/jobs';
import type { NodeSource, Platform } from '../platform/module';
import { ContactsResolver } from './contacts.resolver';
import { HealthResolver } from './health.resolver';
import { JobResolver } from './job.resolver';
import type { Modules } from './modules';

/** @param notReady what keeps the process from taking requests, in words. */
export function buildSchema(
  platform: Platform,
  { manifests, compute }: Modules,
  notReady: () => readonly string[] = () => [],
): GraphQLSchema {
  const { config, database, events, jobs } = platform;
  const jobNode: NodeSource = {
    prefix: 'job',
    allows: ({ principal }) => may(principal, 'job:read'),
    load: async (ids, { scope }) =>
      inOrder(ids, await database.read.list(Job, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  };
  const nodes = [...manifests.flatMap(({ nodes: some = [] }) => some), jobNode];
  return buildFlywheelSchema({
    platform,
    nodes,
    resolvers: [
      ...manifests.flatMap(({ resolvers }) => resolvers),
      new JobResolver(database, jobs, events, () => nodes),
      new ContactsResolver(config),
      new HealthResolver(database, compute.compute, notReady),
    ],
  });
}
