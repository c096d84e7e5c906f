/** What customers are told of breaches: sent by staff, seen by the customer that it concerns and by nobody else's. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, Customer, type IdentityLoaders } from '../../identity';
import { Incident } from '../incident/incident.entity';
import { BreachNotice, BreachNoticeConnection } from './breach-notice.entity';
import {
  BreachNoticeAcknowledgeInput,
  BreachNoticeFilter,
  IncidentNotifyCustomersInput,
} from './breach-notice.input';
import type { BreachNoticeService } from './breach-notice.service';

@ObjectType({ description: 'The incident as it stands now, and how many were told.' })
class IncidentNotifyCustomersPayload extends MutationPayload {
  @Field(() => Incident, { nullable: true, description: 'The incident; null when there are errors.' })
  incident?: Incident | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many customers were told who had not been told this; null when there are errors.',
  })
  told?: number | null;
}

@ObjectType({ description: 'The notice as it stands now.' })
class BreachNoticePayload extends MutationPayload {
  @Field(() => BreachNotice, { nullable: true, description: 'The notice; null when there are errors.' })
  breachNotice?: BreachNotice | null;
}

@Resolver(() => BreachNotice)
export class BreachNoticeResolver {
  constructor(
    private readonly database: Database,
    private readonly notices: BreachNoticeService,
    private readonly identity: Pick<IdentityLoaders, 'customerById'>,
  ) {}

  @Query(() => BreachNoticeConnection, {
    nullable: true,
    description:
      'What customers were told of personal data breaches, newest first: a customer sees its own. Needs breach-notice:read.',
  })
  @Can('breach-notice:read')
  async breachNotices(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => BreachNoticeFilter, { nullable: true, description: 'Which notices.' })
    filter: BreachNoticeFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BreachNoticeConnection> {
    const { onlyUnacknowledged, customerId } = filter ?? {};
    const where = {
      customerId: customerId ?? undefined,
      acknowledgedAt: onlyUnacknowledged ? null : undefined,
    };
    const selection = selectionOf(info);
    const count = wantsTotalCount(info);
    return toConnection(
      await this.database.read.page(BreachNotice, { scope, where, selection, ...page, count }),
    );
  }

  @Mutation(() => IncidentNotifyCustomersPayload, {
    nullable: true,
    description:
      'Tells customers of a breach of their people’s data (GDPR Art. 33(2)): in their account at once, and by mail to their owners and admins. Each is told the same text once, however often it is sent. Needs breach-notice:send. Events: incident.customers-notified, breach-notice.sent. Costs nothing.',
  })
  @Can('breach-notice:send')
  async incidentNotifyCustomers(
    @Arg('input', () => IncidentNotifyCustomersInput, { description: 'Whom, and what.' })
    { id, ...wish }: IncidentNotifyCustomersInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<IncidentNotifyCustomersPayload> {
    const told = await this.notices.send(id, wish, principal);
    const incident = await this.database.read.one(Incident, { scope: SERVICE, where: { id } });
    return { incident, told, errors: [] };
  }

  @Mutation(() => BreachNoticePayload, {
    nullable: true,
    description:
      'Says that the customer took note of what it was told; said again it stays. Needs breach-notice:acknowledge. Event: breach-notice.acknowledged. Costs nothing.',
  })
  @Can('breach-notice:acknowledge')
  async breachNoticeAcknowledge(
    @Arg('input', () => BreachNoticeAcknowledgeInput, { description: 'Which notice.' })
    { id }: BreachNoticeAcknowledgeInput,
    @Ctx() { principal, scope }: RequestContext,
  ): Promise<BreachNoticePayload> {
    await this.notices.acknowledge(id, principal);
    return { breachNotice: await this.database.read.one(BreachNotice, { scope, where: { id } }), errors: [] };
  }

  @FieldResolver(() => Customer, { nullable: true, description: 'The customer that was told.' })
  @Needs('customerId')
  customer(@Root() { customerId }: BreachNotice, @Ctx() context: RequestContext): Promise<Customer | null> {
    return this.identity.customerById(context).load(customerId);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'Id of the member of staff who sent it; null for all but staff.',
  })
  @Needs('sentBy')
  sentBy(@Root() { sentBy }: BreachNotice, @Ctx() { principal }: RequestContext): string | null {
    return principal.kind === 'STAFF' ? sentBy : null;
  }
}

@Resolver(() => Incident)
export class IncidentNoticesResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => BreachNoticeConnection, {
    description: 'What customers were told of it, newest first; one a customer and text.',
  })
  @Needs('id')
  notices(
    @Root() { id: incidentId }: Incident,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BreachNoticeConnection> {
    return pageWithin(this.database, { entity: BreachNotice, within: { incidentId }, page }, context, info);
  }
}
