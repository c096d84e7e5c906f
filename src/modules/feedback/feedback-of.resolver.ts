/** Feedback where it is looked for: on the answer that it is about, on the customer and on the person. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { Needs, PageArgs, type RequestContext } from '../../platform/graphql';
import { authorize, Customer, EndUser } from '../identity';
import { Inference } from '../inference';
import { Feedback, FeedbackConnection } from './feedback.entity';
import { FeedbackFilter } from './feedback.input';
import type { FeedbackLoaders } from './feedback.loader';
import type { FeedbackPageService } from './feedback-page.service';

@Resolver(() => Inference)
export class FeedbackOfInferenceResolver {
  constructor(
    private readonly loaders: FeedbackLoaders,
    private readonly pages: FeedbackPageService,
  ) {}

  @FieldResolver(() => [Feedback], {
    description: 'What was said about this answer, oldest first; what was withdrawn is left out.',
  })
  @Needs('id')
  async feedback(@Root() { id }: Inference, @Ctx() context: RequestContext): Promise<Feedback[]> {
    authorize(context, 'feedback:read');
    const items = await this.loaders.feedbackOfInference(context).load(id);
    await this.pages.note(items, context);
    return items;
  }
}

@Resolver(() => Customer)
export class FeedbackOfCustomerResolver {
  constructor(private readonly pages: FeedbackPageService) {}

  @FieldResolver(() => FeedbackConnection, {
    description: 'What was said by this customer and its people, newest first.',
  })
  @Needs('id')
  feedback(
    @Root() { id }: Customer,
    @Arg('filter', () => FeedbackFilter, { nullable: true, description: 'Which feedback.' })
    filter: FeedbackFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackConnection> {
    authorize(context, 'feedback:read');
    return this.pages.page({ filter, page, within: { customerId: id } }, context, info);
  }
}

@Resolver(() => EndUser)
export class FeedbackOfEndUserResolver {
  constructor(private readonly pages: FeedbackPageService) {}

  @FieldResolver(() => FeedbackConnection, { description: 'What this person said, newest first.' })
  @Needs('id', 'customerId')
  feedback(
    @Root() { id, customerId }: EndUser,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackConnection> {
    authorize(context, 'feedback:read');
    const within = { customerId, endUserId: id };
    return this.pages.page({ page, within }, context, info);
  }
}
