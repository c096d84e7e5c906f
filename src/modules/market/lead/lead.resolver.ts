/** Leads as staff list, enter, move and close them. */
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
  Resolver,
  Root,
} from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  EmailAddress,
  MutationPayload,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, Customer, type IdentityLoaders, Staff } from '../../identity';
import { Channel } from '../channel/channel.entity';
import type { ChannelLoader } from '../channel/channel.loader';
import { Market } from '../market.type';
import { Lead, LeadConnection } from './lead.entity';
import {
  LeadConvertInput,
  LeadCreateInput,
  LeadEraseInput,
  LeadFilter,
  LeadLoseInput,
  LeadUpdateInput,
} from './lead.input';
import type { LeadService } from './lead.service';

@ObjectType({ description: 'The lead as it stands now.' })
class LeadPayload extends MutationPayload {
  @Field(() => Lead, { nullable: true, description: 'The lead; null when there are errors.' })
  lead?: Lead | null;
}

@ObjectType({ description: 'The lead that was entered.' })
class LeadCreatePayload extends LeadPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'For the link to the sign-up, as `attribution.leadToken`: whoever signs up with it is this lead. Shown this once; null when there are errors.',
  })
  token?: string | null;
}

@Resolver(() => Market)
export class MarketLeadsResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => LeadConnection, { description: 'Those who may become customers, newest first.' })
  async leads(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => LeadFilter, { nullable: true, description: 'Which leads.' })
    filter: LeadFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LeadConnection> {
    const where = {
      stage: filter?.stage ?? undefined,
      ownerId: filter?.ownerId ?? undefined,
      channelId: filter?.channelId ?? undefined,
      segment: filter?.segment ?? undefined,
    };
    const asked = { scope, where, selection: selectionOf(info), ...page, count: wantsTotalCount(info) };
    return toConnection(await this.database.read.page(Lead, asked));
  }
}

@Resolver(() => Lead)
export class LeadResolver {
  constructor(
    private readonly leads: LeadService,
    private readonly identity: IdentityLoaders,
    private readonly channelById: ChannelLoader,
  ) {}

  @FieldResolver(() => EmailAddress, {
    nullable: true,
    description: 'Where to reach them; null once forgotten.',
  })
  @Needs('id', 'email')
  email(@Root() lead: Lead): string | null {
    return this.leads.emailOf(lead);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What to know; null when nothing was noted, or once forgotten.',
  })
  @Needs('id', 'notes')
  notes(@Root() lead: Lead): string | null {
    return this.leads.notesOf(lead);
  }

  @FieldResolver(() => Channel, {
    nullable: true,
    description: 'By which channel they came; null when unknown.',
  })
  @Needs('channelId')
  channel(@Root() { channelId }: Lead, @Ctx() context: RequestContext): Promise<Channel | null> | null {
    return channelId === null ? null : this.channelById(context).load(channelId);
  }

  @FieldResolver(() => Staff, { nullable: true, description: 'Who of the staff sees to it; null = nobody.' })
  @Needs('ownerId')
  owner(@Root() { ownerId }: Lead, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return ownerId === null ? null : this.identity.staffById(context).load(ownerId);
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer that it became; null unless WON.',
  })
  @Needs('customerId')
  customer(@Root() { customerId }: Lead, @Ctx() context: RequestContext): Promise<Customer | null> | null {
    return customerId === null ? null : this.identity.customerById(context).load(customerId);
  }

  @Mutation(() => LeadCreatePayload, {
    nullable: true,
    description:
      'Enters somebody who may become a customer. Needs market:manage. Event: lead.created. Costs nothing.',
  })
  @Can('market:manage')
  async leadCreate(
    @Arg('input', () => LeadCreateInput, { description: 'The lead.' }) input: LeadCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<LeadCreatePayload> {
    return { ...(await this.leads.create(input, principal)), errors: [] };
  }

  @Mutation(() => LeadPayload, {
    nullable: true,
    description:
      'Moves a lead on, hands it over, or notes something; a lost one is taken up again by a stage. Needs market:manage. Event: lead.updated. Costs nothing.',
  })
  @Can('market:manage')
  async leadUpdate(
    @Arg('id', () => ID, { description: 'The lead.' }) id: string,
    @Arg('input', () => LeadUpdateInput, { description: 'What changes.' }) input: LeadUpdateInput,
  ): Promise<LeadPayload> {
    return { lead: await this.leads.update(id, input), errors: [] };
  }

  @Mutation(() => LeadPayload, {
    nullable: true,
    description:
      'Says which customer a lead became; a sign-up by the lead’s link says it by itself. Needs market:manage. Event: lead.converted. Costs nothing.',
  })
  @Can('market:manage')
  async leadConvert(
    @Arg('input', () => LeadConvertInput, { description: 'Lead and customer.' }) input: LeadConvertInput,
  ): Promise<LeadPayload> {
    return { lead: await this.leads.convert(input), errors: [] };
  }

  @Mutation(() => LeadPayload, {
    nullable: true,
    description:
      'Says that a lead will be no customer, and why. Needs market:manage. Event: lead.lost. Costs nothing.',
  })
  @Can('market:manage')
  async leadLose(
    @Arg('input', () => LeadLoseInput, { description: 'Lead and reason.' }) input: LeadLoseInput,
  ): Promise<LeadPayload> {
    return { lead: await this.leads.lose(input), errors: [] };
  }

  @Mutation(() => LeadPayload, {
    nullable: true,
    description:
      'Forgets who a lead was: organisation, address, notes and link. Channel, segment and outcome stay, to be counted. Needs market:manage. Event: lead.erased. Costs nothing.',
  })
  @Can('market:manage')
  async leadErase(
    @Arg('input', () => LeadEraseInput, { description: 'The lead.' }) { id }: LeadEraseInput,
  ): Promise<LeadPayload> {
    return { lead: await this.leads.erase(id), errors: [] };
  }
}
