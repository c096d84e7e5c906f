/** Performance tests as staff orders and reads them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { Can, may } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { PerformanceTest, PerformanceTestConnection } from './performance-test.entity';
import { PerformanceTestCreateInput, PerformanceTestFilter } from './performance-test.input';
import type { PerformanceTestService } from './performance-test.service';

@ObjectType({ description: 'The job that puts the load on the version.' })
class PerformanceTestPayload extends MutationPayload {
  @Field(() => Job, { nullable: true, description: 'Its `result` is the test; null when there are errors.' })
  job?: Job | null;
}

@Resolver(() => PerformanceTest)
export class PerformanceTestResolver {
  constructor(
    private readonly database: Database,
    private readonly tests: PerformanceTestService,
    private readonly models: Pick<ModelLoaders, 'modelVersionById'>,
  ) {}

  @Query(() => PerformanceTestConnection, {
    nullable: true,
    description: 'Performance tests, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async performanceTests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PerformanceTestFilter, { nullable: true, description: 'Which tests.' })
    filter: PerformanceTestFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PerformanceTestConnection> {
    const where = {
      versionId: filter?.versionId ?? undefined,
      scenario: filter?.scenario ?? undefined,
      verdict: filter?.verdict ?? undefined,
    };
    const [selection, count] = [selectionOf(info), wantsTotalCount(info)];
    return toConnection(
      await this.database.read.page(PerformanceTest, { scope, where, selection, ...page, count }),
    );
  }

  @FieldResolver(() => ModelVersion, { nullable: true, description: 'The version that was tested.' })
  @Needs('versionId')
  version(
    @Root() { versionId }: PerformanceTest,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> {
    return this.models.modelVersionById(context).load(versionId);
  }

  @Mutation(() => PerformanceTestPayload, {
    nullable: true,
    description:
      'Puts a load on a version that a deployment serves, in a job, one at a time for each engine: through the queue of all traffic, served when nobody else waits and dropped first. Needs feature-test:manage. Event: performance-test.completed. Costs device time that is billed to nobody; a version on another server costs what its owner asks for.',
  })
  @Can('feature-test:manage')
  async performanceTestCreate(
    @Arg('input', () => PerformanceTestCreateInput, { description: 'Which version, and what it must hold.' })
    { idempotencyKey: _, ...wish }: PerformanceTestCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<PerformanceTestPayload> {
    const id = await this.tests.order(wish, principal);
    return { job: await this.database.read.one(Job, { scope: SERVICE, where: { id } }), errors: [] };
  }
}

@Resolver(() => ModelVersion)
export class VersionPerformanceResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => PerformanceTestConnection, {
    nullable: true,
    description: 'What loads have shown about it, newest first; null without feature-test:read.',
  })
  @Needs('id')
  performanceTests(
    @Root() { id }: ModelVersion,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PerformanceTestConnection> | null {
    if (!may(context.principal, 'feature-test:read')) return null;
    return pageWithin(
      this.database,
      { entity: PerformanceTest, within: { versionId: id }, page },
      context,
      info,
    );
  }
}
