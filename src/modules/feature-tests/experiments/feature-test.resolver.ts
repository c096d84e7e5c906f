/** Tests as staff read them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { AppErrors } from '../../../kernel/errors';
import type { Database } from '../../../platform/database';
import {
  JoinedField,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Deployment, type DeploymentLoaders } from '../../deployments';
import { Can } from '../../identity';
import { ModelVersion, type ModelLoaders } from '../../models';
import { FeatureFlag } from '../flags/feature-flag.entity';
import { FeatureTest, FeatureTestConnection, FeatureTestState } from './feature-test.entity';
import { FeatureTestFilter } from './feature-test.input';
import type { FeatureTestLoaders } from './feature-test.loader';
import { Variant } from './feature-test.type';
import type { ResultsService } from './results.service';
import { TestResults } from './test-results.type';
import { sizeFaults, testSize } from './test-size';
import { TestSize, TestSizeInput } from './test-size.type';

@Resolver(() => FeatureTest)
export class FeatureTestResolver {
  constructor(
    private readonly database: Database,
    private readonly looks: ResultsService,
    private readonly loaders: FeatureTestLoaders,
    private readonly deployments: DeploymentLoaders,
  ) {}

  @Query(() => FeatureTestConnection, {
    nullable: true,
    description: 'Tests, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async featureTests(
    @Arg('filter', () => FeatureTestFilter, { nullable: true, description: 'Which tests.' })
    filter: FeatureTestFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureTestConnection> {
    const where = { state: filter?.state ?? undefined, deploymentId: filter?.deploymentId ?? undefined };
    const count = wantsTotalCount(info);
    const selection = selectionOf(info);
    return toConnection(
      await this.database.read.page(FeatureTest, { scope, where, selection, ...page, count }),
    );
  }

  @Query(() => TestSize, {
    nullable: true,
    description:
      'How many people a test would need: a calculation, nothing is read or kept. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  featureTestSize(
    @Arg('input', () => TestSizeInput, { description: 'What is known before.' })
    { peoplePerDay, standardDeviation, ...input }: TestSizeInput,
  ): TestSize {
    const question = { ...input, standardDeviation: standardDeviation ?? undefined };
    const faults = sizeFaults(question);
    if (faults.length > 0) throw new AppErrors(faults);
    const size = testSize(question);
    return { ...size, days: peoplePerDay ? size.people / peoplePerDay : null };
  }

  @JoinedField(() => FeatureFlag, { nullable: true, description: 'The flag behind which it stands.' })
  @Needs('flagId')
  flag(@Root() { flag, flagId }: FeatureTest, @Ctx() context: RequestContext) {
    return flag ?? this.loaders.featureFlagById(context).load(flagId);
  }

  @FieldResolver(() => Deployment, {
    nullable: true,
    description: 'The deployment on which people are exposed.',
  })
  @Needs('deploymentId')
  deployment(@Root() { deploymentId }: FeatureTest, @Ctx() context: RequestContext) {
    return this.deployments.deploymentById(context).load(deploymentId);
  }

  @FieldResolver(() => TestResults, {
    nullable: true,
    description:
      'What it has shown so far; null before it started. Worked out at each look while it runs, and frozen once it was stopped or decided.',
  })
  @Needs('id', 'state')
  async results(@Root() { id, state }: FeatureTest): Promise<TestResults | null> {
    return state === FeatureTestState.DRAFT ? null : this.looks.look(id);
  }
}

@Resolver(() => Variant)
export class VariantResolver {
  constructor(private readonly loaders: ModelLoaders) {}

  @FieldResolver(() => ModelVersion, { description: 'The model version that its people get.' })
  async version(@Root() { versionId }: Variant, @Ctx() context: RequestContext): Promise<ModelVersion> {
    return (await this.loaders.modelVersionById(context).load(versionId))!;
  }
}
