/** Drift as staff sees it and asks for it. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import type { Database } from '../../../platform/database';
import { Needs, PageArgs, pageWithin, type RequestContext, selectionOf } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Deployment } from '../deployment.entity';
import type { DeploymentLoaders } from '../deployment.loader';
import { DeploymentPayload } from '../deployment.resolver';
import { DriftReport, DriftReportConnection } from './drift-report.entity';
import type { DriftService } from './drift.service';

@InputType({ description: 'The deployment whose traffic is looked at.' })
export class DeploymentDriftCheckInput {
  @Field(() => ID, { description: 'Which deployment.' })
  id!: string;
}

@Resolver(() => Deployment)
export class DeploymentDriftResolver {
  constructor(
    private readonly database: Database,
    private readonly driftService: DriftService,
    private readonly loaders: DeploymentLoaders,
  ) {}

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Looks now, and not only at night, whether the traffic of the last week resembles what the version learned from; `deployment.drift` has the result. Needs deployment:manage. Event: deployment.drift-found, unless it is stable. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentDriftCheck(
    @Arg('input', () => DeploymentDriftCheckInput, { description: 'Which deployment.' })
    { id }: DeploymentDriftCheckInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.driftService.check(id, principal);
    const selection = selectionOf(info, 'deployment');
    return {
      deployment: await this.database.read.one(Deployment, { scope, where: { id }, selection }),
      errors: [],
    };
  }

  @FieldResolver(() => DriftReport, {
    nullable: true,
    description:
      'How far its traffic lay from the training data at the last look; null before the first. Needs deployment:evidence.',
  })
  @Needs('id')
  drift(@Root() { id }: Deployment, @Ctx() context: RequestContext): Promise<DriftReport | null> {
    authorize(context, 'deployment:evidence');
    return this.loaders.driftOf(context).load(id);
  }

  @FieldResolver(() => DriftReportConnection, {
    description:
      'Every look at how far its traffic lay from the training data, newest first. Needs deployment:evidence.',
  })
  @Needs('id')
  driftReports(
    @Root() { id }: Deployment,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DriftReportConnection> {
    authorize(context, 'deployment:evidence');
    const reports = { entity: DriftReport, within: { deploymentId: id }, page };
    return pageWithin(this.database, reports, context, info);
  }
}

@Resolver(() => DriftReport)
export class DriftReportResolver {
  constructor(private readonly models: ModelLoaders) {}

  @FieldResolver(() => ModelVersion, { description: 'The version that answered.' })
  @Needs('versionId')
  version(@Root() { versionId }: DriftReport, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(versionId);
  }
}
