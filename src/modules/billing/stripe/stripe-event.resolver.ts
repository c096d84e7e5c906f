/** The inbox of webhooks as staff sees it: what waits, what was put aside, and the button that tries it again. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { StripeEvent, StripeEventConnection } from './stripe-event.entity';
import type { StripeWebhookService } from './stripe-webhook.service';

enum StripeEventState {
  WAITING = 'WAITING',
  PARKED = 'PARKED',
  HANDLED = 'HANDLED',
}

registerEnumType(StripeEventState, {
  name: 'StripeEventState',
  description: 'What became of a webhook.',
  valuesConfig: {
    WAITING: { description: 'It is being dealt with.' },
    PARKED: { description: 'It could not be dealt with; stripeEventReplay tries again.' },
    HANDLED: { description: 'The mirror has been read anew since it came.' },
  },
});

const CONDITIONS = {
  [StripeEventState.WAITING]: { handledAt: null, parkedAt: null },
  [StripeEventState.PARKED]: { handledAt: null, parkedAt: { not: null } },
  [StripeEventState.HANDLED]: { handledAt: { not: null } },
} as const;

@InputType({ description: 'Which webhook to deal with once more.' })
class StripeEventReplayInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ description: 'The webhook as it stands now.' })
class StripeEventPayload extends MutationPayload {
  @Field(() => StripeEvent, { nullable: true, description: 'The webhook; null when there are errors.' })
  stripeEvent?: StripeEvent | null;
}

@Resolver(() => StripeEvent)
export class StripeEventResolver {
  constructor(
    private readonly database: Database,
    private readonly webhooks: StripeWebhookService,
  ) {}

  @Query(() => StripeEventConnection, {
    nullable: true,
    description: 'The webhooks of Stripe’s, newest first. Needs billing:reconcile.',
  })
  @Can('billing:reconcile')
  async stripeEvents(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('state', () => StripeEventState, { nullable: true, description: 'Which of them; absent = all.' })
    state: StripeEventState | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StripeEventConnection> {
    const rows = await this.database.read.page(StripeEvent, {
      scope,
      where: state ? CONDITIONS[state] : {},
      selection: selectionOf(info),
      orderBy: { property: 'receivedAt', direction: 'DESC' },
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Mutation(() => StripeEventPayload, {
    nullable: true,
    description:
      'Deals with a webhook once more, as far as it concerns a customer. Needs billing:reconcile. Event: stripe-event.replayed. Costs nothing.',
  })
  @Can('billing:reconcile')
  async stripeEventReplay(
    @Arg('input', () => StripeEventReplayInput, { description: 'Which webhook.' })
    { id }: StripeEventReplayInput,
  ): Promise<StripeEventPayload> {
    await this.webhooks.replay(id);
    const stripeEvent = await this.database.read.one(StripeEvent, { scope: SERVICE, where: { id } });
    return { stripeEvent, errors: [] };
  }
}
