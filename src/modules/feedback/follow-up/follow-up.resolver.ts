/** Closing the loop in the API: what givers answer and were told, what reviewers link, and both ways along the links. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { forbidden } from '../../../kernel/errors';
import { prefixOf } from '../../../kernel/id';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { Deployment, type DeploymentLoaders } from '../../deployments';
import { FeatureFlag, type FeatureTestsModule } from '../../feature-tests';
import { Can, may, Public } from '../../identity';
import { Feedback } from '../feedback.entity';
import { type FeedbackActResolver, FeedbackPayload, reviewer } from '../feedback-act.resolver';
import { feedbackSeen, type SeenFeedback } from '../seen-feedback';
import { FeedbackNotice } from './feedback-notice.entity';
import { FeedbackConfirmInput, FeedbackFollowInput, FeedbackLinkInput } from './follow-up.input';
import { type FollowUpLoaders, MOST_LINKED } from './follow-up.loader';
import type { FollowUpService } from './follow-up.service';

export interface FollowUpNeighbours extends SeenFeedback {
  readonly own: FollowUpLoaders;
  readonly flags: Pick<FeatureTestsModule['loaders'], 'featureFlagById'>;
  readonly deployments: Pick<DeploymentLoaders, 'deploymentById'>;
}

@Resolver(() => Feedback)
export class FollowUpResolver {
  constructor(
    private readonly followUp: FollowUpService,
    private readonly acts: Pick<FeedbackActResolver, 'payload'>,
    private readonly neighbours: FollowUpNeighbours,
  ) {}

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'The giver says whether what was done mended it, while they are asked (`askedAt`). A no opens again what was resolved; a duplicate then stands for itself. With a feedbackToken open to whoever holds it; without one needs feedback:submit, for the person who gave it and their customer’s server. Events: feedback.confirmed, or feedback.reopened. Costs nothing.',
  })
  @Public()
  async feedbackConfirm(
    @Arg('input', () => FeedbackConfirmInput, { description: 'Which feedback, and whether.' })
    input: FeedbackConfirmInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.acts.payload(await this.followUp.confirm(context, input), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'A member says whether to be told by mail of each step of what they said. Needs feedback:submit. Events: none. Costs nothing.',
  })
  @Can('feedback:submit')
  async feedbackFollow(
    @Arg('input', () => FeedbackFollowInput, { description: 'Which feedback, and whether.' })
    input: FeedbackFollowInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    const { principal } = context;
    // Nobody else has an address: of end users their consent to FEEDBACK_CONTACT decides.
    if (principal.kind !== 'MEMBER') throw forbidden('feedback:submit');
    return this.acts.payload(await this.followUp.follow(input, principal), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'A reviewer says which feature flag or deployment feedback led to. When the flag first reaches everyone, those who asked are asked whether it mended it. Linked again it stays. Needs feedback:triage. Event: feedback.linked. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackLink(
    @Arg('input', () => FeedbackLinkInput, { description: 'Which feedback, and what it led to.' })
    input: FeedbackLinkInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.acts.payload(await this.followUp.link(input, reviewer(context)), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'Takes such a link back. Done again it changes nothing. Needs feedback:triage. Event: feedback.unlinked. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackUnlink(
    @Arg('input', () => FeedbackLinkInput, { description: 'Which feedback, and what it led to.' })
    input: FeedbackLinkInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.acts.payload(await this.followUp.unlink(input, reviewer(context)), context, info);
  }

  @FieldResolver(() => [FeedbackNotice], {
    description: 'Of which steps the giver was to be told and what came of it, the newest 20 first.',
  })
  @Needs('id')
  notices(@Root() { id }: Feedback, @Ctx() context: RequestContext): Promise<FeedbackNotice[]> {
    return this.neighbours.own.noticesOfFeedback(context).load(id);
  }

  @FieldResolver(() => [FeatureFlag], {
    description: 'The feature flags that it led to, oldest link first; empty for everyone but staff.',
  })
  @Needs('id')
  async featureFlags(@Root() { id }: Feedback, @Ctx() context: RequestContext): Promise<FeatureFlag[]> {
    if (!may(context.principal, 'feature-test:read')) return [];
    const ids = await this.neighbours.own.targetIdsOfFeedback(context).load(id);
    const flags = this.neighbours.flags.featureFlagById(context);
    return found(
      await Promise.all(ids.filter((one) => prefixOf(one) === 'flg').map((one) => flags.load(one))),
    );
  }

  @FieldResolver(() => [Deployment], {
    description: 'The deployments that it led to, oldest link first; empty for everyone but staff.',
  })
  @Needs('id')
  async deployments(@Root() { id }: Feedback, @Ctx() context: RequestContext): Promise<Deployment[]> {
    if (context.principal.kind !== 'STAFF') return [];
    const ids = await this.neighbours.own.targetIdsOfFeedback(context).load(id);
    const deployments = this.neighbours.deployments.deploymentById(context);
    return found(
      await Promise.all(ids.filter((one) => prefixOf(one) === 'dep').map((one) => deployments.load(one))),
    );
  }
}

/** What led to something of the product: for staff, wherever it is looked at. */
async function linkedTo(
  id: string,
  neighbours: FollowUpNeighbours,
  context: RequestContext,
): Promise<Feedback[]> {
  if (context.principal.kind !== 'STAFF' || !may(context.principal, 'feedback:read')) return [];
  return feedbackSeen(await neighbours.own.feedbackIdsOfTarget(context).load(id), neighbours, context);
}

const LINKED = `The feedback that led to it, the newest ${MOST_LINKED} first; empty for everyone but staff.`;

@Resolver(() => FeatureFlag)
export class FeedbackOfFlagResolver {
  constructor(private readonly neighbours: FollowUpNeighbours) {}

  @FieldResolver(() => [Feedback], { description: LINKED })
  @Needs('id')
  linkedFeedback(@Root() { id }: FeatureFlag, @Ctx() context: RequestContext): Promise<Feedback[]> {
    return linkedTo(id, this.neighbours, context);
  }
}

@Resolver(() => Deployment)
export class FeedbackOfDeploymentResolver {
  constructor(private readonly neighbours: FollowUpNeighbours) {}

  @FieldResolver(() => [Feedback], { description: LINKED })
  @Needs('id')
  linkedFeedback(@Root() { id }: Deployment, @Ctx() context: RequestContext): Promise<Feedback[]> {
    return linkedTo(id, this.neighbours, context);
  }
}

function found<T>(rows: readonly (T | null)[]): T[] {
  return rows.filter((row) => row !== null);
}
