/** Builds the one schema from the resolvers of all modules. */
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ContainerType, getMetadataStorage, type NonEmptyArray } from 'type-graphql';
import type { NodeSource, Platform } from '../module';
import { Idempotency } from './idempotency';
import { validateInput } from './input-validation';
import { wrapMutations } from './mutation';
import { NodeResolver } from './node.resolver';
import { markOneOf } from './one-of';
import { SignalPubSub } from './pub-sub';
import { preferJoined } from './selection';
import { openSources } from './subscription-source';
import {
  InvalidInput,
  NotFound,
  Conflict,
  QuotaExceeded,
  PaymentRequired,
  ConsentRequired,
  GateFailed,
  OtherError,
} from './user-error';

const ORPHANS = [
  InvalidInput,
  NotFound,
  Conflict,
  QuotaExceeded,
  PaymentRequired,
  ConsentRequired,
  GateFailed,
  OtherError,
];

/** type-graphql has no decorator for the root types. */
const ROOTS = {
  Query:
    'What can be asked. A field that the caller may not see is null or an error of its own; its siblings are answered.',
  Mutation:
    'What can be done. Each mutation takes one input and answers a payload whose `errors` tell expected failures.',
  Subscription: 'What can be watched, at /graphql/stream: by server-sent events or over a WebSocket.',
};

export interface SchemaSettings {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'crypto' | 'signals'>;
  /** Instances of resolver classes. */
  readonly resolvers: readonly object[];
  readonly nodes: readonly NodeSource[];
}

export function buildFlywheelSchema({ platform, resolvers, nodes }: SchemaSettings): GraphQLSchema {
  const instances = new Map(
    [...resolvers, new NodeResolver(nodes)].map((resolver) => [resolver.constructor, resolver]),
  );
  const container: ContainerType = { get: (resolver) => instances.get(resolver) };
  // Without a resolver graphql-js reads a property itself, and the compiled executor can: type-graphql's option is per class.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
  const schema = buildSchemaSync({
    resolvers: classesOf(instances),
    orphanedTypes: ORPHANS,
    container,
    pubSub: new SignalPubSub(platform.signals),
    validateFn: validateInput,
    // It would introspect all of it at each start; graphql-js checks a schema before the first operation anyway.
    skipCheck: true,
  });
  for (const [type, description] of Object.entries(ROOTS)) schema.getType(type)!.description = description;
  preferJoined(schema);
  markOneOf(schema);
  openSources(schema, instances);
  wrapMutations(schema, new Idempotency(platform.database, platform.clock, platform.crypto));
  return schema;
}

/**
 * The classes of the resolvers, which type-graphql looks for once for each resolver method of each field: a million times.
 */
function classesOf(instances: ReadonlyMap<unknown, object>): NonEmptyArray<new () => object> {
  const classes = [...instances.keys()] as unknown as NonEmptyArray<new () => object>;
  classes.includes = (one) => instances.has(one);
  return classes;
}
