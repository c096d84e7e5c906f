/** Runs as staff orders and reads them. */
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
  JoinedField,
  MutationPayload,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { Can } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import type { FunctionalLoaders } from './functional.loader';
import { TestRun, TestRunConnection } from './test-run.entity';
import type { TestRunService } from './test-run.service';
import { CaseOutcome, TestCaseResult } from './test-run.type';
import { TestSuite } from './test-suite.entity';
import { TestRunCreateInput, TestRunFilter } from './test-suite.input';

@ObjectType({ description: 'The job that holds the version against the cases.' })
class TestRunPayload extends MutationPayload {
  @Field(() => Job, { nullable: true, description: 'Its `result` is the run; null when there are errors.' })
  job?: Job | null;
}

@Resolver(() => TestRun)
export class TestRunResolver {
  constructor(
    private readonly database: Database,
    private readonly runs: TestRunService,
    private readonly loaders: FunctionalLoaders,
    private readonly models: Pick<ModelLoaders, 'modelVersionById'>,
  ) {}

  @Query(() => TestRunConnection, {
    nullable: true,
    description: 'Runs of functional tests, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async testRuns(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TestRunFilter, { nullable: true, description: 'Which runs.' })
    filter: TestRunFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TestRunConnection> {
    const { suiteId, versionId, verdict } = filter ?? {};
    const where = {
      suiteId: suiteId ?? undefined,
      versionId: versionId ?? undefined,
      verdict: verdict ?? undefined,
    };
    const [selection, count] = [selectionOf(info), wantsTotalCount(info)];
    return toConnection(await this.database.read.page(TestRun, { scope, where, selection, ...page, count }));
  }

  @JoinedField(() => TestSuite, { nullable: true, description: 'The suite.' })
  @Needs('suiteId')
  suite(@Root() { suite, suiteId }: TestRun, @Ctx() context: RequestContext) {
    return suite ?? this.loaders.testSuiteById(context).load(suiteId);
  }

  @FieldResolver(() => ModelVersion, { nullable: true, description: 'The version that was judged.' })
  @Needs('versionId')
  version(@Root() { versionId }: TestRun, @Ctx() context: RequestContext): Promise<ModelVersion | null> {
    return this.models.modelVersionById(context).load(versionId);
  }

  @FieldResolver(() => ModelVersion, {
    nullable: true,
    description: 'The version it was held against; null when there was none.',
  })
  @Needs('baselineId')
  baseline(
    @Root() { baselineId }: TestRun,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    return baselineId === null ? null : this.models.modelVersionById(context).load(baselineId);
  }

  @FieldResolver(() => [TestCaseResult], {
    description:
      'What each case came to, in the order of the suite, up to 500; by `outcome` only some of them.',
  })
  @Needs('id')
  async results(
    @Root() { id }: TestRun,
    @Arg('outcome', () => [CaseOutcome], { nullable: true, description: 'Only these; absent = all.' })
    outcome: CaseOutcome[] | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<TestCaseResult[]> {
    const results = await this.loaders.resultsOf(context).load(id);
    return outcome ? results.filter((result) => outcome.includes(result.outcome)) : results;
  }

  @Mutation(() => TestRunPayload, {
    nullable: true,
    description:
      'Holds a version against every case of a suite, deployed or not, in a job; with a baseline, both case by case. Needs feature-test:manage. Event: test-run.completed. Costs device time that is billed to nobody.',
  })
  @Can('feature-test:manage')
  async testRunCreate(
    @Arg('input', () => TestRunCreateInput, { description: 'Which version, against which suite.' })
    { suiteId, versionId, baselineId }: TestRunCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<TestRunPayload> {
    const id = await this.runs.order({ suiteId, versionId, baselineId: baselineId ?? null }, principal);
    return { job: await this.database.read.one(Job, { scope: SERVICE, where: { id } }), errors: [] };
  }
}
