/** Suites as staff makes, changes and reads them. */
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
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { Model, type ModelLoaders } from '../../models';
import type { FunctionalLoaders } from './functional.loader';
import { TestCase } from './test-case.type';
import { TestSuite, TestSuiteConnection } from './test-suite.entity';
import { TestSuiteChangeInput, TestSuiteCreateInput, TestSuiteFilter } from './test-suite.input';
import type { TestSuiteService } from './test-suite.service';

@ObjectType({ description: 'The suite as it stands now.' })
class TestSuitePayload extends MutationPayload {
  @Field(() => TestSuite, { nullable: true, description: 'The suite; null when there are errors.' })
  testSuite?: TestSuite | null;
}

@Resolver(() => TestSuite)
export class TestSuiteResolver {
  constructor(
    private readonly database: Database,
    private readonly suites: TestSuiteService,
    private readonly loaders: FunctionalLoaders,
    private readonly models: Pick<ModelLoaders, 'modelById'>,
  ) {}

  @Query(() => TestSuiteConnection, {
    nullable: true,
    description: 'Suites of functional tests, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async testSuites(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TestSuiteFilter, { nullable: true, description: 'Which suites.' })
    filter: TestSuiteFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TestSuiteConnection> {
    const where = { modelId: filter?.modelId ?? undefined };
    const [selection, count] = [selectionOf(info), wantsTotalCount(info)];
    return toConnection(
      await this.database.read.page(TestSuite, { scope, where, selection, ...page, count }),
    );
  }

  @FieldResolver(() => Model, { nullable: true, description: 'The model whose versions it is about.' })
  @Needs('modelId')
  model(@Root() { modelId }: TestSuite, @Ctx() context: RequestContext): Promise<Model | null> {
    return this.models.modelById(context).load(modelId);
  }

  @FieldResolver(() => [TestCase], { description: 'Its cases as they stand now, up to 500.' })
  @Needs('id')
  cases(@Root() { id }: TestSuite, @Ctx() context: RequestContext): Promise<TestCase[]> {
    return this.loaders.casesOf(context).load(id);
  }

  @Mutation(() => TestSuitePayload, {
    nullable: true,
    description:
      'Makes a suite of cases about a model. One that the gate asks for holds back every version that has not passed it. Needs feature-test:manage. Event: test-suite.created. Costs nothing.',
  })
  @Can('feature-test:manage')
  async testSuiteCreate(
    @Arg('input', () => TestSuiteCreateInput, { description: 'The suite.' }) input: TestSuiteCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<TestSuitePayload> {
    return this.answer(await this.suites.create(input, principal));
  }

  @Mutation(() => TestSuitePayload, {
    nullable: true,
    description:
      'Adds, replaces and takes away cases, and changes how runs are judged. What was run before keeps naming the cases of then; the gate asks for a run of the present ones, judged as it is asked now. Needs feature-test:manage. Event: test-suite.changed. Costs nothing.',
  })
  @Can('feature-test:manage')
  async testSuiteChange(
    @Arg('input', () => TestSuiteChangeInput, { description: 'What is to change.' })
    input: TestSuiteChangeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<TestSuitePayload> {
    await this.suites.change(input, principal);
    return this.answer(input.id);
  }

  private async answer(id: string): Promise<TestSuitePayload> {
    return {
      testSuite: await this.database.read.one(TestSuite, { scope: SERVICE, where: { id } }),
      errors: [],
    };
  }
}
