/** Predictions as they are read later: by their customer, by the end user concerned, by staff. The join starts here. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { bornAt } from '../../../kernel/id';
import { type Database, type Scope, type Where } from '../../../platform/database';
import {
  JoinedField,
  JSONScalar,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
  withinPeriod,
} from '../../../platform/graphql';
import { EngineInfoType } from '../../compute';
import { Deployment, type DeploymentLoaders } from '../../deployments';
import { authorize, Can, Customer, EndUser, type IdentityLoaders, may } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Disclosure, disclosureOf } from '../prediction/disclosure';
import { Inference, InferenceConnection, type InferenceEngine } from './inference.entity';
import { InferenceFilter } from './inference.input';
import { type InferenceLoaders, visibleTo } from './inference.loader';

export interface InferenceNeighbours {
  readonly own: InferenceLoaders;
  readonly identity: IdentityLoaders;
  readonly models: ModelLoaders;
  readonly deployments: DeploymentLoaders;
}

@Resolver(() => Inference)
export class InferenceResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: InferenceNeighbours,
  ) {}

  @Query(() => Inference, {
    nullable: true,
    description: 'One prediction; null when there is none for the caller. Needs inference:read.',
  })
  @Can('inference:read')
  async inference(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Inference | null> {
    const createdAt = bornAt(id);
    if (!createdAt) return null;
    const where = { ...visibleTo(context), createdAt, id };
    return this.database.read.one(Inference, { scope: context.scope, where, selection: selectionOf(info) });
  }

  @Query(() => InferenceConnection, {
    nullable: true,
    description: 'The predictions that the caller may see, newest first. Needs inference:read.',
  })
  @Can('inference:read')
  inferences(
    @Arg('filter', () => InferenceFilter, { nullable: true, description: 'Which predictions.' })
    filter: InferenceFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<InferenceConnection> {
    return pageOf(this.database, context.scope, [conditionsOf(filter), visibleTo(context)], page, info);
  }

  @FieldResolver(() => JSONScalar, {
    nullable: true,
    description:
      'What the model answered: one object or a list, as was asked. There in the answer of `predict`, but for a repeated key whose outputs cannot be computed again in the house; later only for those with inference:payload, with personal data in its texts masked, and null when the end user has not agreed to its being kept, the deployment keeps a sample that it is not in, or its texts have more than 250,000 letters.',
  })
  @Needs('id')
  async outputs(@Root() { id, answer }: Inference, @Ctx() context: RequestContext): Promise<unknown> {
    return answer ?? (await this.loaders.own.payloadById(context).load(id))?.outputs ?? null;
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer that is billed; null without customer:read, so for an end user’s token.',
  })
  @Needs('customerId')
  customer(
    @Root() { customerId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> | null {
    // From the customer its members and keys can be reached: no way for a token that lives in a browser.
    if (!may(context.principal, 'customer:read')) return null;
    return this.loaders.identity.customerById(context).load(customerId);
  }

  @JoinedField(() => EndUser, {
    nullable: true,
    description: 'The end user concerned; null when none was named.',
  })
  @Needs('endUserId')
  endUser(@Root() { endUserId }: Inference, @Ctx() context: RequestContext): Promise<EndUser | null> | null {
    return endUserId ? this.loaders.identity.endUserById(context).load(endUserId) : null;
  }

  @JoinedField(() => Deployment, {
    description: 'The deployment that answered: the one that was asked for, or one that stood in for it.',
  })
  @Needs('deploymentId')
  deployment(
    @Root() { deploymentId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<Deployment | null> {
    return this.loaders.deployments.deploymentById(context).load(deploymentId);
  }

  @JoinedField(() => ModelVersion, { description: 'The version that answered.' })
  @Needs('modelVersionId')
  modelVersion(
    @Root() { modelVersionId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> {
    return this.loaders.models.modelVersionById(context).load(modelVersionId);
  }

  @JoinedField(() => EngineInfoType, {
    description: 'The engine that answered, and why each better one was refused.',
  })
  @Needs('engineId')
  engine(@Root() { engineId }: Inference, @Ctx() context: RequestContext): Promise<InferenceEngine | null> {
    return this.loaders.own.engineById(context).load(engineId);
  }

  @FieldResolver(() => Disclosure, { description: 'What the person concerned must be told.' })
  @Needs('modelVersionId', 'modelId')
  async disclosure(
    @Root() { modelVersionId, modelId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<Disclosure> {
    const [version, model] = await Promise.all([
      this.loaders.models.modelVersionById(context).load(modelVersionId),
      this.loaders.models.modelById(context).load(modelId),
    ]);
    return disclosureOf(model?.name ?? modelId, version?.number ?? 0);
  }
}

@Resolver(() => Customer)
export class CustomerInferencesResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => InferenceConnection, {
    description: 'The predictions of this customer, newest first. Needs inference:read.',
  })
  @Needs('id')
  async inferences(
    @Root() { id }: Customer,
    @Arg('filter', () => InferenceFilter, { nullable: true, description: 'Which predictions.' })
    filter: InferenceFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<InferenceConnection> {
    authorize(context, 'inference:read');
    const where = narrowed(conditionsOf(filter), visibleTo(context)) ?? NOTHING;
    const list = { entity: Inference, within: { customerId: id }, where, page };
    return pageWithin(this.database, list, context, info);
  }
}

function conditionsOf(filter: InferenceFilter | null | undefined): Where {
  const { deploymentId, modelVersionId, endUserId, period } = filter ?? {};
  return {
    deploymentId: deploymentId ?? undefined,
    modelVersionId: modelVersionId ?? undefined,
    endUserId: endUserId ?? undefined,
    createdAt: withinPeriod(period),
  };
}

/** What the caller may see comes last and cannot be widened by what was asked for. */
async function pageOf(
  { read }: Database,
  scope: Scope,
  [asked, visible]: readonly [Where, Where],
  page: PageArgs,
  info: GraphQLResolveInfo,
): Promise<InferenceConnection> {
  const where = narrowed(asked, visible);
  if (!where) return toConnection(await read.page(Inference, { scope, where: NOTHING, first: 1 }));
  const options = { scope, where, selection: selectionOf(info), count: wantsTotalCount(info), ...page };
  return toConnection(await read.page(Inference, options));
}

/** No prediction has it. */
const NOTHING: Where = { id: '' };

/** Both conditions; undefined when they contradict each other. */
function narrowed(asked: Where, visible: Where): Where | undefined {
  const contradicts =
    asked.endUserId !== undefined && visible.endUserId !== undefined && asked.endUserId !== visible.endUserId;
  if (contradicts) return undefined;
  return {
    ...asked,
    ...Object.fromEntries(Object.entries(visible).filter(([, value]) => value !== undefined)),
  };
}
