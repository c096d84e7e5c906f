/** Who answers in a deployment's stead, for how long answers may be repeated and how many are kept, as admins set it. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Database } from '../../platform/database';
import { Needs, type RequestContext, selectionOf } from '../../platform/graphql';
import { Can } from '../identity';
import { Deployment } from './deployment.entity';
import { DeploymentConfigureInput } from './deployment.input';
import type { DeploymentLoaders } from './deployment.loader';
import { DeploymentPayload } from './deployment.resolver';
import type { DeploymentSettingsService } from './deployment-settings.service';

@Resolver(() => Deployment)
export class DeploymentSettingsResolver {
  constructor(
    private readonly database: Database,
    private readonly settings: DeploymentSettingsService,
    private readonly loaders: DeploymentLoaders,
  ) {}

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Says who answers in a deployment’s stead while its engine cannot, for how long an answer may be given again, and how many are kept. Needs deployment:manage. Event: deployment.configured. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentConfigure(
    @Arg('input', () => DeploymentConfigureInput, { description: 'What is to hold.' })
    input: DeploymentConfigureInput,
    @Ctx() { scope, principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.settings.configure(input, principal);
    const selection = selectionOf(info, 'deployment');
    const where = { id: input.id };
    return { deployment: await this.database.read.one(Deployment, { scope, where, selection }), errors: [] };
  }

  @FieldResolver(() => [Deployment], {
    description: 'Who answers in its stead while its engine cannot, in this order.',
  })
  @Needs('fallbackIds')
  async fallbacks(
    @Root() { fallbackIds }: Deployment,
    @Ctx() context: RequestContext,
  ): Promise<Deployment[]> {
    if (fallbackIds.length === 0) return [];
    const rows = await this.loaders.deploymentById(context).loadMany(fallbackIds);
    return rows.filter((row): row is Deployment => row !== null && !(row instanceof Error));
  }
}
