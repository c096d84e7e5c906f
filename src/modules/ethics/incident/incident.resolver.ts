/** Incidents as staff lists, opens and closes them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE, type Where } from '../../../platform/database';
import {
  BigIntScalar,
  DateTime,
  MutationPayload,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, Customer, type IdentityLoaders, Staff } from '../../identity';
import { authorityDeadline, isAuthorityOverdue, overdueIfAwareBefore } from './breach-clock';
import { IncidentEntry, IncidentEntryConnection } from './incident-entry.entity';
import { Incident, IncidentConnection, IncidentReach } from './incident.entity';
import { IncidentCloseInput, IncidentFilter, IncidentOpenInput, IncidentUpdateInput } from './incident.input';
import type { IncidentService } from './incident.service';

@ObjectType({ description: 'The incident as it stands now.' })
class IncidentPayload extends MutationPayload {
  @Field(() => Incident, { nullable: true, description: 'The incident; null when there are errors.' })
  incident?: Incident | null;
}

@ObjectType({
  description: 'How many answers of a deployment a customer got while something was wrong with it.',
})
class ReachedCustomer {
  @Field(() => Customer, { nullable: true, description: 'The customer.' })
  customer!: Customer | null;

  @Field(() => BigIntScalar, { description: 'Answers that they got.' })
  answers!: string;
}

/** What the clock of a breach is read from. */
const BREACH = ['isPersonalDataBreach', 'becameAwareAt', 'authorityNotifiedAt', 'authorityNotNeededReason'];

@Resolver(() => Incident)
export class IncidentResolver {
  constructor(
    private readonly database: Database,
    private readonly incidents: IncidentService,
    private readonly identity: Pick<IdentityLoaders, 'staffById'>,
    private readonly clock: Clock,
  ) {}

  @Query(() => IncidentConnection, {
    nullable: true,
    name: 'incidents',
    description: 'What went wrong, newest first. Needs incident:read.',
  })
  @Can('incident:read')
  async list(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => IncidentFilter, { nullable: true, description: 'Which incidents.' })
    filter: IncidentFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<IncidentConnection> {
    const rows = await this.database.read.page(Incident, {
      scope,
      where: this.conditionsOf(filter),
      selection: selectionOf(info),
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Mutation(() => IncidentPayload, {
    nullable: true,
    description: 'Opens an incident by hand. Needs incident:manage. Event: incident.opened. Costs nothing.',
  })
  @Can('incident:manage')
  async incidentOpen(
    @Arg('input', () => IncidentOpenInput, { description: 'What went wrong.' })
    { idempotencyKey: _, ...wish }: IncidentOpenInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<IncidentPayload> {
    return this.answer(await this.incidents.open(wish, principal));
  }

  @Mutation(() => IncidentPayload, {
    nullable: true,
    description:
      'Closes an incident with what was done about it; a personal data breach only once authority, customers and people were told, or it is recorded why they need not be. Needs incident:manage. Event: incident.closed. Costs nothing.',
  })
  @Can('incident:manage')
  async incidentClose(
    @Arg('input', () => IncidentCloseInput, { description: 'How it was dealt with.' })
    { id, correctiveAction }: IncidentCloseInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<IncidentPayload> {
    await this.incidents.close(id, correctiveAction, principal);
    return this.answer(id);
  }

  @Mutation(() => IncidentPayload, {
    nullable: true,
    description:
      'Says what is now known of an open incident, and what the authority and people were told of a breach, each change a line of its timeline. Needs incident:manage. Event: incident.updated. Costs nothing; counts whom it reached anew when its beginning changes.',
  })
  @Can('incident:manage')
  async incidentUpdate(
    @Arg('id', () => ID, { description: 'The incident.' }) id: string,
    @Arg('input', () => IncidentUpdateInput, { description: 'What is now known.' })
    input: IncidentUpdateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<IncidentPayload> {
    await this.incidents.update(id, input, principal);
    return this.answer(id);
  }

  @FieldResolver(() => Staff, { nullable: true, description: 'Who sees to it; null while nobody does.' })
  @Needs('ownerId')
  owner(@Root() { ownerId }: Incident, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return ownerId ? this.identity.staffById(context).load(ownerId) : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'Until when the supervisory authority is to be notified: 72 hours after `becameAwareAt` (GDPR Art. 33(1)); null where it need not be.',
  })
  @Needs(...BREACH)
  authorityDeadlineAt(@Root() incident: Incident): Date | null {
    return authorityDeadline(incident);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the authority should have been notified by now, and was not.',
  })
  @Needs(...BREACH)
  isAuthorityOverdue(@Root() incident: Incident): boolean {
    return isAuthorityOverdue(incident, this.clock.now());
  }

  @FieldResolver(() => IncidentEntryConnection, { description: 'What happened with it, newest first.' })
  @Needs('id')
  timeline(
    @Root() { id: incidentId }: Incident,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<IncidentEntryConnection> {
    return pageWithin(this.database, { entity: IncidentEntry, within: { incidentId }, page }, context, info);
  }

  private conditionsOf(filter: IncidentFilter | null | undefined): Where {
    const { status, severity, isPersonalDataBreach, onlyAuthorityOverdue } = filter ?? {};
    return {
      status: status ?? undefined,
      severity: severity ?? undefined,
      isPersonalDataBreach: isPersonalDataBreach ?? undefined,
      ...(onlyAuthorityOverdue && {
        isPersonalDataBreach: true,
        authorityNotifiedAt: null,
        authorityNotNeededReason: null,
        becameAwareAt: { lt: overdueIfAwareBefore(this.clock.now()) },
      }),
    };
  }

  private async answer(id: string): Promise<IncidentPayload> {
    return {
      incident: await this.database.read.one(Incident, { scope: SERVICE, where: { id } }),
      errors: [],
    };
  }
}

@Resolver(() => IncidentReach)
export class IncidentReachResolver {
  constructor(private readonly identity: Pick<IdentityLoaders, 'customerById'>) {}

  @FieldResolver(() => [ReachedCustomer], {
    description: 'The customers that got most of these answers, most first; at most 100.',
  })
  mostReached(@Root() { most }: IncidentReach, @Ctx() context: RequestContext): Promise<ReachedCustomer[]> {
    const customers = this.identity.customerById(context);
    return Promise.all(
      most.map(async ({ customerId, answers }) => ({ customer: await customers.load(customerId), answers })),
    );
  }
}
