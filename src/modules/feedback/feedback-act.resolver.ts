/** What people and reviewers do with feedback. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { forbidden } from '../../kernel/errors';
import type { StaffPrincipal } from '../../kernel/principal';
import { type Database, SERVICE, tenant } from '../../platform/database';
import { inOrder, MutationPayload, type RequestContext, selectionOf } from '../../platform/graphql';
import { Can, type IdentityLoaders, isActiveStaff, Public } from '../identity';
import { Feedback } from './feedback.entity';
import { unknownStaff } from './feedback.errors';
import {
  FeedbackMergeInput,
  FeedbackSubmitInput,
  FeedbackTriageInput,
  FeedbackTriageManyInput,
  FeedbackWithdrawInput,
} from './feedback.input';
import type { FeedbackPageService } from './feedback-page.service';
import type { FeedbackPlace, FeedbackService } from './feedback.service';
import type { BulkTriageService } from './triage/bulk-triage.service';
import type { TriageService } from './triage/triage.service';

@ObjectType({ description: 'The feedback as it now stands.' })
export class FeedbackPayload extends MutationPayload {
  @Field(() => Feedback, { nullable: true, description: 'The feedback; null when there are errors.' })
  feedback?: Feedback | null;
}

@ObjectType({ description: 'The feedback that was decided about together, as it now stands.' })
class FeedbackTriageManyPayload extends MutationPayload {
  @Field(() => [Feedback], {
    nullable: true,
    description:
      'All of it, in the order of `items`; null when there are errors, and then nothing was changed.',
  })
  feedback?: Feedback[] | null;
}

@Resolver()
export class FeedbackActResolver {
  constructor(
    private readonly database: Database,
    private readonly feedback: FeedbackService,
    private readonly triage: TriageService,
    private readonly bulk: BulkTriageService,
    private readonly pages: FeedbackPageService,
    private readonly identity: Pick<IdentityLoaders, 'staffById'>,
  ) {}

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'Says something about one answer or about the product. With a feedbackToken open to whoever holds it; without one needs feedback:submit. The same person’s word of the same kind on the same answer is changed, not doubled. Events: feedback.submitted or feedback.changed. Costs nothing.',
  })
  @Public()
  async feedbackSubmit(
    @Arg('input', () => FeedbackSubmitInput, { description: 'What is said.' }) input: FeedbackSubmitInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.payload(await this.feedback.submit(context, input), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'Takes feedback back: its score, words and correction are deleted. With a feedbackToken open to whoever holds it; without one needs feedback:submit, for the person who gave it and their customer’s server. Event: feedback.withdrawn. Costs nothing.',
  })
  @Public()
  async feedbackWithdraw(
    @Arg('input', () => FeedbackWithdrawInput, { description: 'Which feedback.' })
    input: FeedbackWithdrawInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.payload(await this.feedback.withdraw(context, input), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'A reviewer judges, assigns, labels or locks feedback; each step is kept in its history. Needs feedback:triage. Event: feedback.triaged. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackTriage(
    @Arg('id', () => ID, { description: 'Which feedback.' }) id: string,
    @Arg('input', () => FeedbackTriageInput, { description: 'What is decided.' }) input: FeedbackTriageInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    await this.checkAssignee(input, context);
    return this.payload(await this.triage.triage(id, input, reviewer(context)), context, info);
  }

  @Mutation(() => FeedbackTriageManyPayload, {
    nullable: true,
    description:
      'A reviewer decides the same about many pieces of feedback: all of them, or none, with an error at the place of each that hinders. Needs feedback:triage. Event: feedback.triaged, one each. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackTriageMany(
    @Arg('input', () => FeedbackTriageManyInput, { description: 'Which feedback, and what is decided.' })
    input: FeedbackTriageManyInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackTriageManyPayload> {
    await this.checkAssignee(input, context);
    const ids = (await this.bulk.triageMany(input, reviewer(context))).map(({ id }) => id);
    const items = await this.database.read.list(Feedback, {
      scope: SERVICE,
      where: { id: { in: ids } },
      selection: { ...selectionOf(info, 'feedback'), id: true, customerId: true, endUserId: true },
    });
    await this.pages.note(items, context);
    return { feedback: inOrder(ids, items, ({ id }) => id).filter((item) => item !== null), errors: [] };
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'Lets one item stand for others that say the same and keeps their votes; undone with `into: null`. Needs feedback:triage. Events: feedback.merged or feedback.unmerged, one a duplicate. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackMerge(
    @Arg('input', () => FeedbackMergeInput, { description: 'Which feedback.' }) input: FeedbackMergeInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.payload(await this.triage.merge(input, reviewer(context)), context, info);
  }

  private async checkAssignee(
    { assigneeId }: Pick<FeedbackTriageInput, 'assigneeId'>,
    context: RequestContext,
  ): Promise<void> {
    if (assigneeId && !isActiveStaff(await this.identity.staffById(context).load(assigneeId)))
      throw unknownStaff();
  }

  /** Read as its own tenant: whoever could act on it may see what became of it. */
  async payload(
    { customerId, id }: FeedbackPlace,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    const item = await this.database.read.one(Feedback, {
      scope: tenant(customerId),
      where: { customerId, id },
      selection: { ...selectionOf(info, 'feedback'), customerId: true, endUserId: true },
    });
    if (item) await this.pages.note([item], context);
    // An answer's token opens nothing but the word about it: not the name that the customer has for the person.
    if (item && context.principal.kind === 'ANONYMOUS') item.endUser = null;
    return { feedback: item, errors: [] };
  }
}

/** The permission table gives feedback:triage to staff alone. */
export function reviewer({ principal }: RequestContext): StaffPrincipal {
  if (principal.kind !== 'STAFF') throw forbidden('feedback:triage');
  return principal;
}
