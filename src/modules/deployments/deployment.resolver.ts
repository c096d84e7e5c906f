/** Deployments as everyone sees them who may use them; the operator's admins alone change them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { notFound } from '../../kernel/errors';
import type { Database } from '../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../platform/graphql';
import { type ComputeService, type EngineInfo, EngineInfoType } from '../compute';
import { authorize, Can } from '../identity';
import { type ModelLoaders, ModelVersion } from '../models';
import { Deployment, DeploymentConnection, Route } from './deployment.entity';
import {
  DeploymentBy,
  DeploymentCreateInput,
  DeploymentPromoteInput,
  DeploymentRollBackInput,
} from './deployment.input';
import type { DeploymentService } from './deployment.service';
import { DeploymentEvent, DeploymentEventConnection } from './deployment-event.entity';
import { oneOf } from './deployments.errors';
import { DEPLOYMENT_CHANNEL } from './deployments.events';
import { WHOLE } from './routes/split';

@ObjectType({ description: 'The deployment that was made or changed.' })
export class DeploymentPayload extends MutationPayload {
  @Field(() => Deployment, {
    nullable: true,
    description:
      'The deployment as it now stands: PREPARING until its versions are warm; null when there are errors.',
  })
  deployment?: Deployment | null;
}

@Resolver(() => Deployment)
export class DeploymentResolver {
  constructor(
    private readonly database: Database,
    private readonly deploymentService: DeploymentService,
    private readonly compute: ComputeService,
  ) {}

  @Query(() => DeploymentConnection, {
    nullable: true,
    description: 'The deployments that the caller may use, newest first. Needs deployment:read.',
  })
  @Can('deployment:read')
  async deployments(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentConnection> {
    const options = { scope, selection: selectionOf(info), count: wantsTotalCount(info), ...page };
    return toConnection(await this.database.read.page(Deployment, options));
  }

  @Query(() => Deployment, {
    nullable: true,
    description: 'One deployment; null when there is none for the caller. Needs deployment:read.',
  })
  @Can('deployment:read')
  async deployment(
    @Arg('by', () => DeploymentBy, { description: 'Which one.' }) { id, name }: DeploymentBy,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Deployment | null> {
    const where = { id: id ?? undefined, name: name ?? undefined };
    // A customer's own deployment comes before one of the operator's that has the same name.
    const orderBy = [{ property: 'customerId', direction: 'ASC' as const }];
    const options = { scope, where, selection: selectionOf(info), orderBy, limit: 1 };
    const [row] = await this.database.read.list(Deployment, options);
    return row ?? null;
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Makes a name under which versions answer. They are loaded, warmed with their stored samples and only then routed to. Needs deployment:manage. Events: deployment.created, then deployment.ready or deployment.failed. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentCreate(
    @Arg('input', () => DeploymentCreateInput, { description: 'What to deploy.' })
    input: DeploymentCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    return this.payload(await this.deploymentService.create(input, context.principal), context, info);
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Gives a deployment new routes, after the gate agreed; the earlier ones answer until the new ones are ready. Needs deployment:manage. Events: deployment.promoted, then deployment.ready or deployment.failed. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentPromote(
    @Arg('input', () => DeploymentPromoteInput, { description: 'The new routes.' })
    input: DeploymentPromoteInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    const { versionId, routes } = input;
    if ((versionId == null) === (routes == null)) throw oneOf(['input'], 'versionId and routes');
    const wanted = routes ?? [{ versionId: versionId!, weight: WHOLE }];
    await this.deploymentService.promote({ ...input, routes: wanted }, context.principal);
    return this.payload(input.id, context, info);
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Gives a deployment the routes back that it had before its last promotion; called again, one step further. The gate is not asked. Needs deployment:manage. Events: deployment.rolled-back, then deployment.ready or deployment.failed. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentRollBack(
    @Arg('input', () => DeploymentRollBackInput, { description: 'Which deployment, and why.' })
    { id, reason }: DeploymentRollBackInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.deploymentService.rollBack(id, reason, context.principal);
    return this.payload(id, context, info);
  }

  @Subscription(() => Deployment, {
    nullable: true,
    topics: DEPLOYMENT_CHANNEL,
    topicId: ({ args }: { args: { id: string } }) => args.id,
    description:
      'The deployment at once and at each change; NOT_FOUND, and the stream ends, when there is none for the caller. Needs deployment:read.',
  })
  @Can('deployment:read')
  async deploymentUpdated(
    @Arg('id', () => ID, { description: 'Which deployment.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Deployment> {
    const deployment = await this.database.read.one(Deployment, { scope: context.scope, where: { id } });
    if (deployment) return deployment;
    context.endStream();
    throw notFound(['id']);
  }

  @FieldResolver(() => DeploymentEventConnection, {
    description: 'Every change of its routes, newest first.',
  })
  @Needs('id')
  async history(
    @Root() { id }: Deployment,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentEventConnection> {
    // A prediction leads an end user's token to its deployment; who changed it and why is not for a browser.
    authorize(context, 'deployment:read');
    const events = { entity: DeploymentEvent, within: { deploymentId: id }, page };
    return pageWithin(this.database, events, context, info);
  }

  @FieldResolver(() => EngineInfoType, { description: 'The engine that runs its first version.' })
  @Needs('routes')
  engine(@Root() { routes }: Deployment): EngineInfo {
    return this.compute.info(routes[0]?.versionId);
  }

  private async payload(
    id: string,
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    const selection = selectionOf(info, 'deployment');
    return {
      deployment: await this.database.read.one(Deployment, { scope, where: { id }, selection }),
      errors: [],
    };
  }
}

@Resolver(() => Route)
export class RouteResolver {
  constructor(private readonly models: ModelLoaders) {}

  /** A private model's version is hidden from others together with its deployment, so it is there whenever the route is. */
  @FieldResolver(() => ModelVersion, { description: 'The version.' })
  version(@Root() { versionId }: Route, @Ctx() context: RequestContext): Promise<ModelVersion | null> {
    return this.models.modelVersionById(context).load(versionId);
  }
}
