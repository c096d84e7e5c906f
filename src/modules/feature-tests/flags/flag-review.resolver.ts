/** Changes that wait for somebody else of the staff, and what these decide; and where flags lead to each other. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
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
import { Can } from '../../identity';
import { FeatureFlag, FlagPrerequisite } from './feature-flag.entity';
import type { FlagLoaders } from './flag.loader';
import {
  FlagChangeRequest,
  FlagChangeRequestConnection,
  FlagChangeRequestFilter,
} from './flag-change-request.entity';
import { FlagChangeDecideInput, FlagChangePayload, FlagChangeRejectInput } from './flag-review.input';
import type { FlagReviewService } from './flag-review.service';
import { FlagRevision } from './flag-revision.entity';

@Resolver(() => FlagChangeRequest)
export class FlagReviewResolver {
  constructor(
    private readonly database: Database,
    private readonly review: FlagReviewService,
    private readonly loaders: FlagLoaders,
  ) {}

  @Query(() => FlagChangeRequestConnection, {
    nullable: true,
    description:
      'Changes of flags that were asked for and must be approved by somebody else, newest first. Needs feature-test:read.',
  })
  @Can('feature-test:read')
  async flagChangeRequests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => FlagChangeRequestFilter, { nullable: true, description: 'Which changes.' })
    filter: FlagChangeRequestFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagChangeRequestConnection> {
    const where = { state: filter?.state ?? undefined };
    const count = wantsTotalCount(info);
    const options = { scope, where, selection: selectionOf(info), ...page, count };
    return toConnection(await this.database.read.page(FlagChangeRequest, options));
  }

  @Mutation(() => FlagChangePayload, {
    nullable: true,
    description:
      'Approves a change that somebody else asked for: it is made at once. Refused with every fault where it cannot be made any more. Needs feature-test:manage. Events: flag-change.approved and feature-flag.updated. Costs nothing.',
  })
  @Can('feature-test:manage')
  async flagChangeApprove(
    @Arg('input', () => FlagChangeDecideInput, { description: 'Which change.' }) input: FlagChangeDecideInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagChangePayload> {
    await this.review.approve(input, context.principal);
    return this.answer(input.id, context, info);
  }

  @Mutation(() => FlagChangePayload, {
    nullable: true,
    description:
      'Rejects a change that somebody else asked for; nothing is changed. Needs feature-test:manage. Event: flag-change.rejected. Costs nothing.',
  })
  @Can('feature-test:manage')
  async flagChangeReject(
    @Arg('input', () => FlagChangeRejectInput, { description: 'Which change, and why.' })
    input: FlagChangeRejectInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagChangePayload> {
    await this.review.reject(input, context.principal);
    return this.answer(input.id, context, info);
  }

  @Mutation(() => FlagChangePayload, {
    nullable: true,
    description:
      'Takes back a change that you asked for yourself. Needs feature-test:manage. Event: flag-change.withdrawn. Costs nothing.',
  })
  @Can('feature-test:manage')
  async flagChangeWithdraw(
    @Arg('input', () => FlagChangeDecideInput, { description: 'Which change.' }) input: FlagChangeDecideInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagChangePayload> {
    await this.review.withdraw(input, context.principal);
    return this.answer(input.id, context, info);
  }

  @JoinedField(() => FeatureFlag, { description: 'The flag that it changes.' })
  @Needs('flagId')
  async flag(@Root() { flagId }: FlagChangeRequest, @Ctx() context: RequestContext): Promise<FeatureFlag> {
    return (await this.loaders.featureFlagById(context).load(flagId))!;
  }

  private async answer(
    id: string,
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FlagChangePayload> {
    const selection = selectionOf(info, 'changeRequest');
    const changeRequest = await this.database.read.one(FlagChangeRequest, {
      scope,
      where: { id },
      selection,
    });
    return { changeRequest, errors: [] };
  }
}

@Resolver(() => FlagPrerequisite)
export class FlagPrerequisiteResolver {
  constructor(private readonly loaders: FlagLoaders) {}

  @FieldResolver(() => FeatureFlag, { description: 'The flag that is required.' })
  async flag(@Root() { flagId }: FlagPrerequisite, @Ctx() context: RequestContext): Promise<FeatureFlag> {
    return (await this.loaders.featureFlagById(context).load(flagId))!;
  }
}

@Resolver(() => FlagRevision)
export class FlagRevisionResolver {
  constructor(private readonly loaders: FlagLoaders) {}

  @FieldResolver(() => FlagChangeRequest, {
    nullable: true,
    description: 'The request that was approved with it; null where no review was due.',
  })
  @Needs('changeRequestId')
  async changeRequest(
    @Root() { changeRequestId }: FlagRevision,
    @Ctx() context: RequestContext,
  ): Promise<FlagChangeRequest | null> {
    return changeRequestId === null
      ? null
      : this.loaders.flagChangeRequestById(context).load(changeRequestId);
  }
}
