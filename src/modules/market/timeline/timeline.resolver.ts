/** The timeline of a customer, for staff: a page is one statement, and what its entries concern one more a kind of thing. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  defineLoader,
  Needs,
  Node,
  NodeFinder,
  PageArgs,
  pageWithin,
  type RequestContext,
} from '../../../platform/graphql';
import type { NodeSource } from '../../../platform/module';
import { authorize, Customer } from '../../identity';
import { TimelineEntryConnection, TimelineEntry, TimelineKind } from './timeline-entry.entity';
import { wordsOf } from './timeline-words';

@InputType({ description: 'Which entries of a timeline.' })
class TimelineFilter {
  @Field(() => [TimelineKind], { nullable: true, description: 'Of these kinds; absent = of all.' })
  kinds?: TimelineKind[] | null;
}

@Resolver(() => Customer)
export class CustomerTimelineResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => TimelineEntryConnection, {
    description:
      'What happened with this customer, newest first: plans, payments, use, feedback, incidents, tests, contacts. Counts and figures, never anybody’s words. A few seconds behind. Needs market:read.',
  })
  @Needs('id')
  async timeline(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TimelineFilter, { nullable: true, description: 'Which of it.' })
    filter: TimelineFilter | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TimelineEntryConnection> {
    authorize(context, 'market:read');
    const kinds = filter?.kinds;
    const where = kinds ? { kind: kinds.length === 1 ? kinds[0] : { in: kinds } } : undefined;
    const orderBy = { property: 'at', direction: 'DESC' } as const;
    return pageWithin(
      this.database,
      { entity: TimelineEntry, within: { customerId: id }, where, orderBy, page },
      context,
      info,
    );
  }
}

@Resolver(() => TimelineEntry)
export class TimelineEntryResolver {
  private readonly subjectById;

  constructor(nodes: readonly NodeSource[]) {
    const finder = new NodeFinder(nodes);
    this.subjectById = defineLoader<string, object | null>(async (ids, context) => {
      const found = await finder.find(ids, context);
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  @FieldResolver(() => String, {
    description: 'Tells the entries of one timeline apart, and stays the same; no id for `node`.',
  })
  @Needs('id')
  key(@Root() { id }: TimelineEntry): string {
    return id;
  }

  @FieldResolver(() => String, { description: 'What happened, in one plain line.' })
  @Needs('type', 'data', 'count')
  title(@Root() entry: TimelineEntry): string {
    return wordsOf(entry);
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description:
      'What it concerns: a subscription, an invoice, an incident, a contact. Null for what is counted, and where it is gone or not yours to see.',
  })
  @Needs('subject')
  subject(@Root() { subject }: TimelineEntry, @Ctx() context: RequestContext): Promise<object | null> | null {
    return subject === null ? null : this.subjectById(context).load(subject);
  }
}
