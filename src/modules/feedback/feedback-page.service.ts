/** Pages of feedback as each caller may see them; whenever staff looks at what a person said, that is noted. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Database, Where } from '../../platform/database';
import {
  type PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
  withinPeriod,
} from '../../platform/graphql';
import type { PersonalDataAccess } from '../privacy';
import { Feedback, type FeedbackConnection } from './feedback.entity';
import { type FeedbackFilter, type FeedbackOrder, FeedbackOrderField } from './feedback.input';
import { forStaffAlone } from './feedback.errors';
import { visibleTo } from './feedback.loader';

export interface FeedbackQuestion {
  readonly filter?: FeedbackFilter | null;
  readonly orderBy?: FeedbackOrder | null;
  readonly page: PageArgs;
  /** What the place in the schema says: of this customer, of this person. */
  readonly within?: { readonly customerId: string; readonly endUserId?: string };
}

/** What a note of who looked at what needs of every row. */
const WHOSE = { customerId: true, endUserId: true } as const;

const PROPERTY_OF: Readonly<Record<FeedbackOrderField, string>> = {
  [FeedbackOrderField.CREATED_AT]: 'createdAt',
  [FeedbackOrderField.PRIORITY]: 'priorityValue',
  [FeedbackOrderField.SEVERITY]: 'severity',
  [FeedbackOrderField.DUE_AT]: 'dueAt',
};

export class FeedbackPageService {
  constructor(
    private readonly database: Database,
    private readonly access: PersonalDataAccess,
  ) {}

  async page(
    { filter, orderBy, page, within }: FeedbackQuestion,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeedbackConnection> {
    assertSeenOnly(filter, orderBy, context);
    const order = orderBy && { property: PROPERTY_OF[orderBy.field], direction: orderBy.direction };
    const list = {
      where: allOf(conditionsOf(filter), visibleTo(context)),
      orderBy: order ?? undefined,
      selection: WHOSE,
    };
    const connection = within
      ? await pageWithin(this.database, { ...list, entity: Feedback, within, page }, context, info)
      : toConnection(
          await this.database.read.page(Feedback, {
            ...list,
            ...page,
            scope: context.scope,
            selection: { ...selectionOf(info), ...WHOSE },
            count: wantsTotalCount(info),
          }),
        );
    await this.note(connection.nodes, context);
    return connection;
  }

  /** Before the answer leaves. Event for staff: personal-data.read, one a person and request. */
  async note(
    items: readonly Pick<Feedback, 'customerId' | 'endUserId'>[],
    context: RequestContext,
  ): Promise<void> {
    const notes = items.flatMap(({ customerId, endUserId }) =>
      endUserId ? [this.access.note(context, customerId, endUserId, 'feedback')] : [],
    );
    await Promise.all(notes);
  }
}

/** By what nobody but staff sees nobody else orders or filters: the order, and the cursors, would tell it. */
function assertSeenOnly(
  filter: FeedbackFilter | null | undefined,
  orderBy: FeedbackOrder | null | undefined,
  { principal }: RequestContext,
): void {
  if (principal.kind === 'STAFF') return;
  if (orderBy?.field === FeedbackOrderField.PRIORITY) throw forStaffAlone(['orderBy', 'field']);
  if (filter?.assigneeId != null) throw forStaffAlone(['filter', 'assigneeId']);
}

function conditionsOf(filter: FeedbackFilter | null | undefined): Where {
  const { textContains, period, withWithdrawn, ...equal } = filter ?? {};
  return {
    ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== null && value !== undefined)),
    text: textContains ? { contains: textContains } : undefined,
    createdAt: withinPeriod(period),
    withdrawnAt: withWithdrawn ? undefined : null,
  };
}

/** Where two conditions name different things, nothing fits both: what may be seen is never widened by what was asked. */
function allOf(asked: Where, visible: Where): Where {
  const all: Record<string, Where[string]> = { ...asked };
  for (const [property, value] of Object.entries(visible)) {
    if (value === undefined) continue;
    if (all[property] !== undefined && all[property] !== value) return { id: '' };
    all[property] = value;
  }
  return all;
}
