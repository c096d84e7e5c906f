/** How the service is, for everyone: the engine and why no better one, the database, what waits. */
import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { type ComputeService, EngineInfoType } from '../modules/compute';
import { Public } from '../modules/identity';
import type { Database } from '../platform/database';
import type { RequestContext } from '../platform/graphql';
import { version } from './version';

@ObjectType({ description: 'The state of the service.' })
class Health {
  @Field(() => String, { description: 'Version of the product.' })
  version!: string;

  @Field(() => Boolean, { description: 'Everything that requests need is there.' })
  ready!: boolean;

  @Field(() => [String], { description: 'What is missing, in words; empty when ready.' })
  notReady!: string[];

  @Field(() => EngineInfoType, { description: 'The inference engine and its device.' })
  engine!: EngineInfoType;

  @Field(() => String, { description: 'Product and version of the database.' })
  database!: string;

  @Field(() => Int, { description: 'Jobs that wait or run.' })
  queueDepth!: number;
}

const STATE = `select current_setting('server_version') as version,
  (select count(*)::int from jobs where status in ('QUEUED', 'RUNNING')) as depth`;

@Resolver()
export class HealthResolver {
  constructor(
    private readonly database: Database,
    private readonly compute: ComputeService,
    private readonly missing: () => readonly string[],
  ) {}

  @Query(() => Health, { description: 'How the service is. Open to everyone.' })
  @Public()
  async health(@Ctx() _context: RequestContext): Promise<Health> {
    const { rows } = await this.database.servicePool.query<{ version: string; depth: number }>(STATE);
    const notReady = [...this.missing()];
    const { version: postgres, depth } = rows[0]!;
    return {
      version,
      ready: notReady.length === 0,
      notReady,
      engine: this.compute.info(),
      database: `PostgreSQL ${postgres}`,
      queueDepth: depth,
    };
  }
}
