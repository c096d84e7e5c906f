/** A small GraphQL server of its own on the platform of a world: one query that fails, one mutation, one subscription. */
import type { AddressInfo } from 'node:net';
import { Min, MinLength } from 'class-validator';
import type { FastifyInstance } from 'fastify';
import {
  Arg,
  Ctx,
  Extensions,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError, AppErrors, conflict, notFound } from '../../src/kernel/errors';
import type { Principal } from '../../src/kernel/principal';
import type { Config } from '../../src/platform/config';
import { type Database, SERVICE } from '../../src/platform/database';
import {
  buildFlywheelSchema,
  createGraphqlServer,
  DateTime,
  JSONScalar,
  MutationPayload,
  type RequestContext,
} from '../../src/platform/graphql';
import { Metrics } from '../../src/platform/metrics';
import { GraphqlClient } from '../support/client';
import { startWorld, type World } from '../support/world';

@InputType({ description: 'One act.' })
class ActInput {
  @Field(() => String, { nullable: true, description: 'Makes a repetition harmless.' })
  idempotencyKey?: string | null;

  @Field(() => Int, { description: 'How much.' })
  @Min(1)
  amount!: number;

  @Field(() => String, { nullable: true, description: 'Why.' })
  @MinLength(3)
  reason?: string | null;

  @Field(() => String, { nullable: true, description: 'How it fails.' })
  failure?: string | null;
}

@ObjectType({ description: 'What an act did.' })
class ActPayload extends MutationPayload {
  @Field(() => Int, { nullable: true, description: 'Its number.' })
  number?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When.' })
  at?: Date | null;
}

const FAILURES: Record<string, () => Error> = {
  conflict: () => conflict('It changed meanwhile.', ['input', 'amount'], 'cus_1'),
  quota: () =>
    new AppError('QUOTA_EXCEEDED', 'Used up.', undefined, {
      limit: 10n,
      used: 10n,
      resetsAt: new Date('2026-02-01T00:00:00Z'),
    }),
  several: () => new AppErrors([notFound(['input', 'a']), notFound(['input', 'b'])]),
  forbidden: () => new AppError('FORBIDDEN', 'You may not.'),
  bug: () => new Error('password=hunter2 at 10.0.0.1'),
};
const principals: Record<string, Principal> = {
  a: { kind: 'END_USER', endUserId: 'eus_a', customerId: 'cus_a' },
  b: { kind: 'END_USER', endUserId: 'eus_b', customerId: 'cus_b' },
  c: { kind: 'END_USER', endUserId: 'eus_c', customerId: 'cus_c' },
};
const open = Extensions({ public: true }) as MethodDecorator;

@Resolver()
class ActResolver {
  constructor(private readonly database: Database) {}

  @Query(() => String, { nullable: true, description: 'A failure.' })
  @open
  fail(@Arg('how', () => String, { description: 'How.' }) how: string): string {
    throw FAILURES[how]!();
  }

  @Query(() => JSONScalar, { nullable: true, description: 'What was given.' })
  @open
  echo(@Arg('json', () => JSONScalar, { description: 'Anything.' }) json: unknown): unknown {
    return json;
  }

  @Mutation(() => ActPayload, { nullable: true, description: 'Acts once.' })
  @open
  async act(
    @Arg('input', () => ActInput, { description: 'The act.' }) input: ActInput,
    @Ctx() { scope }: RequestContext,
  ): Promise<ActPayload> {
    return this.database.unitOfWork.run(scope, async () => {
      const [row] = await this.database.unitOfWork.sql<{ id: number }>(
        'insert into acts (amount) values ($1) returning id',
        [input.amount],
      );
      if (input.failure) throw FAILURES[input.failure]!();
      return { number: row!.id, at: new Date('2026-01-01T00:00:00Z'), errors: [] };
    });
  }

  @Subscription(() => String, { nullable: true, topics: 'test_ticks', description: 'Who hears.' })
  @open
  heard(@Ctx() { principal }: RequestContext): string {
    if (principal.kind === 'ANONYMOUS') throw new AppError('FORBIDDEN', 'You may not.');
    return principal.kind;
  }

  @Subscription(() => String, { nullable: true, subscribe: breaking, description: 'Breaks off.' })
  @open
  broken(@Root() value: string): string {
    return value;
  }
}

async function* breaking(): AsyncGenerator<string> {
  yield 'first';
  throw new Error('the source broke');
}

/** An error has no fields that JSON would show. */
const wordsOf = (_key: string, value: unknown): unknown => (value instanceof Error ? value.message : value);

type GraphqlServerSettings = Parameters<typeof createGraphqlServer>[0];

export interface ActServer {
  readonly world: World;
  readonly http: FastifyInstance;
  readonly url: string;
  /** What was logged as an error. */
  readonly logged: readonly string[];
  client(who?: string): GraphqlClient;
  /** How many acts stand in the database. */
  acts(): Promise<number>;
  /** How often it was asked who is asking: once a request, and once an event of a stream. */
  asked(): number;
  /** Who asks from now on is not known before this resolves. */
  hold(until: Promise<void>): void;
  /** From now on no credential but that of c is good, or everybody again. */
  revoke(all: boolean): void;
  close(): Promise<void>;
}

export async function startActServer(
  overrides: Partial<Config> = {},
  more: Pick<GraphqlServerSettings, 'documents' | 'executor' | 'webSocketTimes'> = {},
): Promise<ActServer> {
  const world = await startWorld();
  const { platform } = world.app;
  const { database, config } = platform;
  const logged: string[] = [];
  let revoked = false;
  let asked = 0;
  let held = Promise.resolve();
  await database.servicePool.query('create table acts (id int generated always as identity, amount int)');
  await database.servicePool.query('grant select, insert on acts to flywheel_app');
  const log = {
    ...platform.log,
    error: (fields: object) => void logged.push(JSON.stringify(fields, wordsOf)),
  };
  const mine = { ...platform, log, config: { ...config, ...overrides }, metrics: new Metrics() };
  const http = await createGraphqlServer({
    schema: buildFlywheelSchema({ platform: mine, resolvers: [new ActResolver(database)], nodes: [] }),
    platform: mine,
    notReady: () => [],
    routes: [],
    documents: [],
    ...more,
    authenticate: async (authorization) => {
      asked++;
      await held;
      if (revoked && authorization && authorization !== 'Bearer c')
        throw new AppError('UNAUTHENTICATED', 'The session has ended.');
      return principals[authorization?.replace('Bearer ', '') ?? ''] ?? { kind: 'ANONYMOUS' };
    },
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  return {
    world,
    http,
    url,
    logged,
    client: (who) => new GraphqlClient(url, who),
    acts: async () => {
      const text = 'select count(*)::int as count from acts';
      const [row] = await database.read.sql<{ count: number }>(SERVICE, 'acts', text, []);
      return row!.count;
    },
    asked: () => asked,
    hold: (until) => (held = until),
    revoke: (all) => (revoked = all),
    close: async () => {
      await http.close();
      await world.close();
    },
  };
}
