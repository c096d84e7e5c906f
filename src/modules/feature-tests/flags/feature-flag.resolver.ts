/** Flags as staff see and change them, and the stream that tells clients to evaluate anew. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { FLAG_CHANNEL } from '../feature-tests.events';
import { FeatureFlag, FeatureFlagConnection } from './feature-flag.entity';
import {
  FeatureFlagArchiveInput,
  FeatureFlagChange,
  FeatureFlagCreateInput,
  FeatureFlagFilter,
  FeatureFlagPayload,
  FeatureFlagSwitchOffInput,
  FeatureFlagUpdateInput,
} from './feature-flag.input';
import type { FeatureFlagService } from './feature-flag.service';
import type { FlagLoaders } from './flag.loader';
import {
  FlagChangeRequest,
  FlagChangeRequestConnection,
  FlagChangeRequestFilter,
} from './flag-change-request.entity';
import { FlagRevision, FlagRevisionConnection } from './flag-revision.entity';

@Resolver(() => FeatureFlag)
export class FeatureFlagResolver {
  constructor(
    private readonly database: Database,
    private readonly flags: FeatureFlagService,
    private readonly loaders: Pick<FlagLoaders, 'featureFlagsRequiring'>,
  ) {}

  @Query(() => FeatureFlagConnection, {
    nullable: true,
    description:
      'Flags in use, newest first; by the filter those to remove, or the archived ones. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async featureFlags(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => FeatureFlagFilter, { nullable: true, description: 'Which flags.' })
    filter: FeatureFlagFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagConnection> {
    const { stale, archived = false } = filter ?? {};
    const where = {
      archivedAt: archived ? { not: null } : null,
      stale: typeof stale !== 'boolean' ? undefined : stale ? { not: null } : null,
    };
    const count = wantsTotalCount(info);
    const options = { scope, where, selection: selectionOf(info), ...page, count };
    return toConnection(await this.database.read.page(FeatureFlag, options));
  }

  @Query(() => FeatureFlag, {
    nullable: true,
    description: 'One flag; null when there is none. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  featureFlag(
    @Arg('key', () => String, { description: 'Its key.' }) key: string,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlag | null> {
    return this.database.read.one(FeatureFlag, { scope, where: { key }, selection: selectionOf(info) });
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'Makes a flag without a test, on in every environment; the open doors answer it at once. Needs feature-test:manage. Event: feature-flag.created. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagCreate(
    @Arg('input', () => FeatureFlagCreateInput, { description: 'The flag.' }) input: FeatureFlagCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    return this.answer(await this.flags.make(input, context.principal), undefined, context, info);
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'Changes a flag; every process follows at once. Where it requires review, or something that depends on it does, what would change the answers of production is not done but asked for: `changeRequest` then waits for somebody else. Needs feature-test:manage. Events: feature-flag.updated, or flag-change.requested. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagUpdate(
    @Arg('id', () => ID, { description: 'The flag.' }) id: string,
    @Arg('input', () => FeatureFlagUpdateInput, { description: 'What to change, and why.' })
    { reason, expectedRevision, ...change }: FeatureFlagUpdateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    const wish = { change, reason, expectedRevision };
    return this.answer(id, await this.flags.update(id, wish, context.principal), context, info);
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'Takes a flag out of use: clients do not find it any more and go by their own defaults; its history stays, and its key stays taken. A Conflict while other flags require it, or while a test behind it is planned or runs. Reviewed as an update is. Needs feature-test:manage. Events: feature-flag.updated, or flag-change.requested. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagArchive(
    @Arg('input', () => FeatureFlagArchiveInput, { description: 'Which flag, and why.' })
    { id, ...wish }: FeatureFlagArchiveInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    return this.answer(id, await this.flags.archive(id, wish, context.principal), context, info);
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'Brings an archived flag back as it was, if what it requires is still there. Reviewed as an update is. Needs feature-test:manage. Events: feature-flag.updated, or flag-change.requested. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagRestore(
    @Arg('input', () => FeatureFlagArchiveInput, { description: 'Which flag, and why.' })
    { id, ...wish }: FeatureFlagArchiveInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    return this.answer(id, await this.flags.restore(id, wish, context.principal), context, info);
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'The kill switch: everybody gets the default there, at once and without review; its revision says why, and that it was an emergency. Off already, nothing is done. Switching it on again is an update. Needs feature-test:manage. Event: feature-flag.updated. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagSwitchOff(
    @Arg('input', () => FeatureFlagSwitchOffInput, { description: 'Which flag, where, and why.' })
    { id, environment, reason }: FeatureFlagSwitchOffInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    await this.flags.switchOff(id, environment, { reason, by: context.principal });
    return this.answer(id, undefined, context, info);
  }

  @Subscription(() => FeatureFlagChange, {
    nullable: true,
    topics: FLAG_CHANNEL,
    description:
      'A message at once, at each change of a flag or of a test behind one, and whenever changes may have gone unheard: read the flags again then. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async featureFlagsChanged(
    @Root() { id }: { id?: string },
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagChange> {
    if (id === undefined) return { featureFlag: null };
    const selection = selectionOf(info, 'featureFlag');
    return { featureFlag: await this.database.read.one(FeatureFlag, { scope, where: { id }, selection }) };
  }

  @FieldResolver(() => FlagRevisionConnection, { description: 'Every state it was in, newest first.' })
  @Needs('id')
  revisions(
    @Root() { id }: FeatureFlag,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagRevisionConnection> {
    return pageWithin(this.database, { entity: FlagRevision, within: { flagId: id }, page }, context, info);
  }

  @FieldResolver(() => FlagChangeRequestConnection, {
    description: 'Changes of it that were asked for and had to be approved, newest first.',
  })
  @Needs('id')
  changeRequests(
    @Root() { id }: FeatureFlag,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => FlagChangeRequestFilter, { nullable: true, description: 'Which of them.' })
    filter: FlagChangeRequestFilter | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagChangeRequestConnection> {
    const where = { state: filter?.state ?? undefined };
    const list = { entity: FlagChangeRequest, within: { flagId: id }, where, page };
    return pageWithin(this.database, list, context, info);
  }

  @FieldResolver(() => [FeatureFlag], {
    description:
      'Flags in use that require it, by key, at most 100; while there are any it cannot be archived.',
  })
  @Needs('id')
  requiredBy(@Root() { id }: FeatureFlag, @Ctx() context: RequestContext): Promise<FeatureFlag[]> {
    return this.loaders.featureFlagsRequiring(context).load(id);
  }

  private async answer(
    id: string,
    requestId: string | undefined,
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    const { read } = this.database;
    const selection = selectionOf(info, 'featureFlag');
    const featureFlag = await read.one(FeatureFlag, { scope, where: { id }, selection });
    const where = { id: requestId };
    const changeRequest =
      requestId === undefined
        ? null
        : await read.one(FlagChangeRequest, { scope, where, selection: selectionOf(info, 'changeRequest') });
    return { featureFlag, changeRequest, errors: [] };
  }
}
