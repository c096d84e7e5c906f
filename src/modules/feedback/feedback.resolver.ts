/** The inbox, and what each item of it knows: whose it is, about which answer, how urgent, and what became of it. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Float,
  Info,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { money } from '../../kernel/money';
import type { Database } from '../../platform/database';
import {
  JoinedField,
  JSONScalar,
  moneyOf,
  MoneyType,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
} from '../../platform/graphql';
import { authorize, Can, Customer, EndUser, type IdentityLoaders, may, Staff } from '../identity';
import { Inference, type InferenceLoaders } from '../inference';
import { Feedback, FeedbackConnection } from './feedback.entity';
import { FeedbackFilter, FeedbackOrder } from './feedback.input';
import type { FeedbackLoaders } from './feedback.loader';
import { FeedbackEvent, FeedbackEventConnection } from './feedback-event.entity';
import type { FeedbackPageService } from './feedback-page.service';

@ObjectType({ description: 'How urgent feedback is, with everything that the number was made of.' })
class Priority {
  @Field(() => Float, { description: 'The number: higher is more urgent.' })
  value!: number;

  @Field(() => String, { description: 'How it was worked out.' })
  formula!: string;

  @Field(() => MoneyType, { description: 'What the customers who asked pay in a month.' })
  monthlyRevenue!: MoneyType;

  @Field(() => Int, { description: 'How many said it, merged feedback included.' })
  votes!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The severity that went in; null when it was not judged yet.',
  })
  severity!: number | null;

  @Field(() => Int, { description: 'Full days that it had waited.' })
  ageDays!: number;
}

export interface FeedbackNeighbours {
  readonly own: FeedbackLoaders;
  readonly identity: IdentityLoaders;
  readonly inference: InferenceLoaders;
}

@Resolver(() => Feedback)
export class FeedbackResolver {
  constructor(
    private readonly database: Database,
    private readonly pages: FeedbackPageService,
    private readonly loaders: FeedbackNeighbours,
  ) {}

  @Query(() => FeedbackConnection, {
    nullable: true,
    description:
      'The feedback that the caller may see, newest first: staff all, a customer its own, a person their own. Needs feedback:read.',
  })
  @Can('feedback:read')
  feedback(
    @Arg('filter', () => FeedbackFilter, { nullable: true, description: 'Which feedback.' })
    filter: FeedbackFilter | null | undefined,
    @Arg('orderBy', () => FeedbackOrder, {
      nullable: true,
      description: 'Newest first unless asked otherwise.',
    })
    orderBy: FeedbackOrder | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackConnection> {
    return this.pages.page({ filter, orderBy, page }, context, info);
  }

  @FieldResolver(() => Priority, {
    nullable: true,
    description: 'How urgent it is; null for everyone but staff: it tells what customers pay.',
  })
  @Needs('priorityValue', 'priorityTerms', 'priorityFormula')
  priority(@Root() item: Feedback, @Ctx() { principal }: RequestContext): Priority | null {
    if (principal.kind !== 'STAFF') return null;
    const { priorityValue: value, priorityFormula: formula, priorityTerms } = item;
    const { monthlyRevenueMinor, currency, votes, severity, ageDays } = priorityTerms;
    const monthlyRevenue = moneyOf(money(BigInt(monthlyRevenueMinor), currency));
    return { value, formula, monthlyRevenue, votes, severity, ageDays };
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Who works on it; null when nobody does, and for everyone but staff.',
  })
  @Needs('assigneeId')
  assignee(@Root() { assigneeId }: Feedback, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return this.staff(assigneeId, context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Who holds it until `lockedUntil`; null when nobody does, and for everyone but staff.',
  })
  @Needs('lockedById')
  lockedBy(@Root() { lockedById }: Feedback, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return this.staff(lockedById, context);
  }

  @FieldResolver(() => Inference, {
    nullable: true,
    description: 'The answer that it is about; null for general feedback, and without inference:read.',
  })
  @Needs('inferenceId')
  inference(
    @Root() { inferenceId }: Feedback,
    @Ctx() context: RequestContext,
  ): Promise<Inference | null> | null {
    const isShown = inferenceId && may(context.principal, 'inference:read');
    return isShown ? this.loaders.inference.inferenceById(context).load(inferenceId) : null;
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer it came through; null without customer:read, so for an end user’s token.',
  })
  @Needs('customerId')
  customer(
    @Root() { customerId }: Feedback,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> | null {
    // From the customer its members and keys can be reached: no way for a token that lives in a browser.
    if (!may(context.principal, 'customer:read')) return null;
    return this.loaders.identity.customerById(context).load(customerId);
  }

  @JoinedField(() => EndUser, {
    nullable: true,
    description: 'The person who said it; null when none was named.',
  })
  @Needs('endUserId')
  endUser(
    @Root() { endUserId, endUser }: Feedback,
    @Ctx() context: RequestContext,
  ): EndUser | Promise<EndUser | null> | null {
    if (endUser) return endUser;
    return endUserId ? this.loaders.identity.endUserById(context).load(endUserId) : null;
  }

  @FieldResolver(() => Feedback, {
    nullable: true,
    description:
      'The one that stands for it; null unless it is a duplicate, and when that one is another customer’s.',
  })
  @Needs('mergedIntoId')
  mergedInto(
    @Root() { mergedIntoId }: Feedback,
    @Ctx() context: RequestContext,
  ): Promise<Feedback | null> | null {
    return mergedIntoId ? this.loaders.own.feedbackById(context).load(mergedIntoId) : null;
  }

  @FieldResolver(() => FeedbackEventConnection, {
    description: 'What happened to it, newest first. Needs feedback:read.',
  })
  @Needs('id', 'customerId')
  async history(
    @Root() { id, customerId }: Feedback,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackEventConnection> {
    authorize(context, 'feedback:read');
    const events = { entity: FeedbackEvent, within: { customerId, feedbackId: id }, page };
    return pageWithin(this.database, events, context, info);
  }

  private staff(id: string | null, context: RequestContext): Promise<Staff | null> | null {
    const mayKnow = context.principal.kind === 'STAFF';
    return id && mayKnow ? this.loaders.identity.staffById(context).load(id) : null;
  }
}

/** Who of the house works on it, and which feedback of other customers says the same, is the house's own business. */
const HOUSE_CHANGES = new Set(['assigneeId', 'lockedById', 'lockedUntil', 'mergedIntoId', 'link']);

@Resolver(() => FeedbackEvent)
export class FeedbackEventResolver {
  @FieldResolver(() => JSONScalar, {
    description:
      'Each changed property: `[before, after]`. Of the score, the words and the correction only whether there were any; for others than staff without what names reviewers or other feedback.',
  })
  @Needs('changes')
  changes(@Root() { changes }: FeedbackEvent, @Ctx() { principal }: RequestContext): object {
    if (principal.kind === 'STAFF') return changes;
    return Object.fromEntries(Object.entries(changes).filter(([property]) => !HOUSE_CHANGES.has(property)));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Id of who did it; for others than staff null when a reviewer did.',
  })
  @Needs('actor', 'actorKind')
  by(@Root() { actor, actorKind }: FeedbackEvent, @Ctx() { principal }: RequestContext): string | null {
    return principal.kind === 'STAFF' || actorKind !== 'STAFF' ? actor : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What the reviewer wrote; null without, and for everyone but staff.',
  })
  @Needs('note')
  note(@Root() { note }: FeedbackEvent, @Ctx() { principal }: RequestContext): string | null {
    return principal.kind === 'STAFF' ? note : null;
  }
}
