/** Models as everyone sees them who may use them; aliases move by the operator's admins alone. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../kernel/clock';
import type { Database } from '../../platform/database';
import {
  DateTime,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../platform/graphql';
import { authorize, Can, Customer, type IdentityLoaders, may } from '../identity';
import { AliasMove, AliasMoveConnection } from './alias-move.entity';
import { aliasQuestion, type ModelAliasService } from './model-alias.service';
import { Model, ModelConnection } from './model.entity';
import { ModelAliasMoveInput, ModelBy, ModelPayload } from './model.input';
import type { ModelLoaders } from './model.loader';
import { ModelVersion, ModelVersionConnection } from './model-version.entity';

const ALIAS = 'The alias, e.g. champion.';

@Resolver(() => Model)
export class ModelResolver {
  constructor(
    private readonly database: Database,
    private readonly aliases: ModelAliasService,
    private readonly loaders: ModelLoaders,
    private readonly identity: IdentityLoaders,
    private readonly clock: Clock,
  ) {}

  @Query(() => ModelConnection, {
    nullable: true,
    description: 'The models that the caller may see, newest first. Needs model:read.',
  })
  @Can('model:read')
  async models(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelConnection> {
    const count = wantsTotalCount(info);
    return toConnection(
      await this.database.read.page(Model, { scope, selection: selectionOf(info), ...page, count }),
    );
  }

  @Query(() => Model, {
    nullable: true,
    description: 'One model; null when there is none for the caller. Needs model:read.',
  })
  @Can('model:read')
  model(
    @Arg('by', () => ModelBy, { description: 'Which one.' }) { id, name }: ModelBy,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Model | null> {
    const where = id != null ? { id } : { name: name!, customerId: null };
    return this.database.read.one(Model, { scope, where, selection: selectionOf(info) });
  }

  @Mutation(() => ModelPayload, {
    nullable: true,
    description:
      'Points an alias at a version that is warm, from now on. Moving it to where it points is no move. Needs model:manage. Event: model-alias.moved. Costs nothing.',
  })
  @Can('model:manage')
  async modelAliasMove(
    @Arg('input', () => ModelAliasMoveInput, { description: 'Which alias, where to, and why.' })
    input: ModelAliasMoveInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelPayload> {
    await this.aliases.move(input, principal);
    const where = { id: input.modelId };
    const model = await this.database.read.one(Model, {
      scope,
      where,
      selection: selectionOf(info, 'model'),
    });
    return { model, errors: [] };
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description:
      'The customer whose private model it is; null for a model of the operator, and without customer:read.',
  })
  @Needs('customerId')
  owner(@Root() { customerId }: Model, @Ctx() context: RequestContext): Promise<Customer | null> | null {
    // An answer leads an end user's token to its model, and must not lead on to the customer.
    const isShown = customerId && may(context.principal, 'customer:read');
    return isShown ? this.identity.customerById(context).load(customerId) : null;
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Its versions, newest first.' })
  @Needs('id')
  async versions(
    @Root() { id }: Model,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionConnection> {
    authorize(context, 'model:read');
    return pageWithin(this.database, { entity: ModelVersion, within: { modelId: id }, page }, context, info);
  }

  @FieldResolver(() => ModelVersion, {
    nullable: true,
    description: 'The version an alias points at now; null when it points nowhere.',
  })
  @Needs('id')
  alias(
    @Root() { id }: Model,
    @Arg('name', () => String, { description: ALIAS }) name: string,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> {
    return this.versionAt(id, name, this.clock.now(), context);
  }

  @FieldResolver(() => AliasMoveConnection, { description: 'Every move of an alias, newest first.' })
  @Needs('id')
  async aliasHistory(
    @Root() { id }: Model,
    @Arg('name', () => String, { description: ALIAS }) name: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AliasMoveConnection> {
    authorize(context, 'model:read');
    const moves = { entity: AliasMove, within: { modelId: id }, where: { alias: name }, page };
    return pageWithin(this.database, moves, context, info);
  }

  @FieldResolver(() => ModelVersion, {
    nullable: true,
    description: 'The version an alias pointed at in that moment; null when it pointed nowhere.',
  })
  @Needs('id')
  servedAt(
    @Root() { id }: Model,
    @Arg('alias', () => String, { description: ALIAS }) alias: string,
    @Arg('time', () => DateTime, { description: 'The moment.' }) time: Date,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> {
    return this.versionAt(id, alias, time, context);
  }

  private async versionAt(
    modelId: string,
    alias: string,
    time: Date,
    context: RequestContext,
  ): Promise<ModelVersion | null> {
    authorize(context, 'model:read');
    const versionId = await this.loaders.versionIdAt(context).load(aliasQuestion(modelId, alias, time));
    return versionId ? this.loaders.modelVersionById(context).load(versionId) : null;
  }
}
