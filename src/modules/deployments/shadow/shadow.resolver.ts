/** Shadows as staff sees them and admins set them. */
import { IsOptional, Length } from 'class-validator';
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  Info,
  InputType,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { wilsonInterval } from '../../../kernel/statistics';
import type { Database } from '../../../platform/database';
import { Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Deployment } from '../deployment.entity';
import type { DeploymentLoaders } from '../deployment.loader';
import { DeploymentPayload } from '../deployment.resolver';
import { Shadow } from './shadow.entity';
import type { ShadowService } from './shadow.service';

@InputType({ description: 'Which version is asked beside those that answer.' })
export class DeploymentShadowSetInput {
  @Field(() => ID, { description: 'The deployment.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'The version; null = none any more.' })
  @IsOptional()
  versionId?: string | null;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in the audit log.' })
  @Length(3, 1000)
  reason!: string;
}

@Resolver(() => Deployment)
export class DeploymentShadowResolver {
  constructor(
    private readonly database: Database,
    private readonly shadows: ShadowService,
    private readonly loaders: DeploymentLoaders,
  ) {}

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Has a version asked what the deployment is asked, when the engine has time for it; it answers nobody and nobody pays for it. Needs deployment:manage. Event: deployment.shadow-started or deployment.shadow-ended. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentShadowSet(
    @Arg('input', () => DeploymentShadowSetInput, { description: 'Which deployment and version.' })
    { id, versionId, reason }: DeploymentShadowSetInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.shadows.set(id, versionId ?? null, reason, principal);
    const selection = selectionOf(info, 'deployment');
    return {
      deployment: await this.database.read.one(Deployment, { scope, where: { id }, selection }),
      errors: [],
    };
  }

  @FieldResolver(() => Shadow, {
    nullable: true,
    description: 'Its latest shadow, running or ended; null when it had none. Needs deployment:evidence.',
  })
  @Needs('id')
  shadow(@Root() { id }: Deployment, @Ctx() context: RequestContext): Promise<Shadow | null> {
    authorize(context, 'deployment:evidence');
    return this.loaders.shadowOf(context).load(id);
  }
}

@Resolver(() => Shadow)
export class ShadowResolver {
  constructor(private readonly models: ModelLoaders) {}

  @FieldResolver(() => ModelVersion, { description: 'The version that is asked.' })
  version(@Root() { versionId }: Shadow, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(versionId);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Part of the rows for which it says another label; null without any.',
  })
  disagreementRate(@Root() { disagreed, rows }: Shadow): number | null {
    return rows > 0 ? disagreed / rows : null;
  }

  @FieldResolver(() => [Float], { description: 'The same, within which it lies at 95 per cent (Wilson).' })
  disagreementInterval(@Root() { disagreed, rows }: Shadow): number[] {
    return [...wilsonInterval(disagreed, rows)];
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Mean over the rows of the largest absolute difference of their numbers; null without any.',
  })
  meanDifference(@Root() { difference, rows }: Shadow): number | null {
    return rows > 0 ? difference / rows : null;
  }
}
