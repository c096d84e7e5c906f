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
import {
  FeatureFlag,
  FeatureFlagConnection,
  FlagRevision,
  FlagRevisionConnection,
} from './feature-flag.entity';
import {
  FeatureFlagChange,
  FeatureFlagCreateInput,
  FeatureFlagPayload,
  FeatureFlagUpdateInput,
} from './feature-flag.input';
import type { FeatureFlagService } from './feature-flag.service';

@Resolver(() => FeatureFlag)
export class FeatureFlagResolver {
  constructor(
    private readonly database: Database,
    private readonly flags: FeatureFlagService,
  ) {}

  @Query(() => FeatureFlagConnection, {
    nullable: true,
    description: 'All flags, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async featureFlags(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagConnection> {
    const count = wantsTotalCount(info);
    return toConnection(
      await this.database.read.page(FeatureFlag, { scope, selection: selectionOf(info), ...page, count }),
    );
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
    @Ctx() { scope, principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    const id = await this.flags.make(input, principal);
    return {
      featureFlag: await this.database.read.one(FeatureFlag, {
        scope,
        where: { id },
        selection: selectionOf(info, 'featureFlag'),
      }),
      errors: [],
    };
  }

  @Mutation(() => FeatureFlagPayload, {
    nullable: true,
    description:
      'Changes a flag; every process follows at once. Needs feature-test:manage. Event: feature-flag.updated. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureFlagUpdate(
    @Arg('id', () => ID, { description: 'The flag.' }) id: string,
    @Arg('input', () => FeatureFlagUpdateInput, { description: 'What to change, and why.' })
    input: FeatureFlagUpdateInput,
    @Ctx() { scope, principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureFlagPayload> {
    await this.flags.update(id, input, principal);
    const selection = selectionOf(info, 'featureFlag');
    return {
      featureFlag: await this.database.read.one(FeatureFlag, { scope, where: { id }, selection }),
      errors: [],
    };
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
}
