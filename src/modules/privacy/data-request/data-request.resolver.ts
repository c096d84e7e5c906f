/** Requests of data subjects as the person, the customer and the operator see them: asked for, decided, carried out. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { type Database, scopeOf, type Where } from '../../../platform/database';
import {
  MutationPayload,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, EndUser, type IdentityLoaders } from '../../identity';
import type { PersonService } from '../person.service';
import type { PersonalDataAccess } from '../personal-data-access';
import { DataRequest, DataRequestConnection } from './data-request.entity';
import {
  DataRequestCreateInput,
  DataRequestExtendInput,
  DataRequestFilter,
  DataRequestFulfilInput,
  DataRequestOrder,
  DataRequestOrderField,
  DataRequestRefuseInput,
  DataRequestVerifyIdentityInput,
  RestrictionLiftInput,
} from './data-request.input';
import type { DataRequestService } from './data-request.service';

@ObjectType({ description: 'The request as it stands now.' })
class DataRequestPayload extends MutationPayload {
  @Field(() => DataRequest, { nullable: true, description: 'The request; null when there are errors.' })
  dataRequest?: DataRequest | null;
}

@ObjectType({ description: 'The person about whom data may be used again.' })
class RestrictionLiftPayload extends MutationPayload {
  @Field(() => EndUser, { nullable: true, description: 'The person; null when there are errors.' })
  endUser?: EndUser | null;
}

const PROPERTY_OF: Readonly<Record<DataRequestOrderField, string>> = {
  [DataRequestOrderField.CREATED_AT]: 'createdAt',
  [DataRequestOrderField.DUE_AT]: 'dueAt',
};

/** What a note of who looked at what needs of every row. */
const WHOSE = { customerId: true, endUserId: true } as const;

export interface DataRequestResolverDoors {
  readonly database: Database;
  readonly clock: Clock;
  readonly requests: DataRequestService;
  readonly people: PersonService;
  readonly access: PersonalDataAccess;
  readonly identity: Pick<IdentityLoaders, 'endUserById'>;
}

@Resolver()
export class DataRequestResolver {
  constructor(private readonly doors: DataRequestResolverDoors) {}

  @Query(() => DataRequestConnection, {
    nullable: true,
    description:
      'What people asked for about their own data, newest first unless ordered otherwise: a person sees their own, a customer those of its people. Needs data-request:read.',
  })
  @Can('data-request:read')
  async dataRequests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DataRequestFilter, { nullable: true, description: 'Which requests.' })
    filter: DataRequestFilter | null | undefined,
    @Arg('orderBy', () => DataRequestOrder, {
      nullable: true,
      description: 'In which order; absent = the newest first.',
    })
    orderBy: DataRequestOrder | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestConnection> {
    const { database, access } = this.doors;
    const rows = await database.read.page(DataRequest, {
      scope: context.scope,
      where: this.conditionsOf(filter, context),
      orderBy: orderBy ? { property: PROPERTY_OF[orderBy.field], direction: orderBy.direction } : undefined,
      selection: { ...selectionOf(info), ...WHOSE },
      ...page,
      count: wantsTotalCount(info),
    });
    const connection = toConnection(rows);
    await Promise.all(
      connection.nodes.map(({ customerId, endUserId }) =>
        access.note(context, customerId, endUserId, 'dataRequests'),
      ),
    );
    return connection;
  }

  @Mutation(() => DataRequestPayload, {
    nullable: true,
    description:
      'Notes what a person asks for about their own data, due in a month, and begins what needs no decision: a copy, a restriction, an objection; an erasure that the customer asks for. One that is open already is answered again, and so is a copy of the last hour; a correction of something else waits until the open one is closed. Needs data-request:create. Events: data-request.created, data-request.fulfilled. Costs nothing.',
  })
  @Can('data-request:create')
  async dataRequestCreate(
    @Arg('input', () => DataRequestCreateInput, { description: 'What is asked, and by whom.' })
    input: DataRequestCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    const { people, requests } = this.doors;
    const person = await people.known(context.principal, input);
    return this.answer(await requests.create(person, input, context.principal), context, info);
  }

  @Mutation(() => DataRequestPayload, {
    nullable: true,
    description:
      'Carries out a request that waited for a decision, or whose job was given up. An erasure cannot be undone. Needs data-request:decide. Event: data-request.fulfilled, once it is done. Costs nothing.',
  })
  @Can('data-request:decide')
  async dataRequestFulfil(
    @Arg('input', () => DataRequestFulfilInput, { description: 'Which request.' })
    { id, answer }: DataRequestFulfilInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    await this.doors.requests.fulfil(id, answer, context.principal);
    return this.answer(id, context, info);
  }

  @Mutation(() => DataRequestPayload, {
    nullable: true,
    description:
      'Refuses a request, with the reason that the person is given. Needs data-request:decide. Event: data-request.refused. Costs nothing.',
  })
  @Can('data-request:decide')
  async dataRequestRefuse(
    @Arg('input', () => DataRequestRefuseInput, { description: 'Which request, and why.' })
    { id, reason }: DataRequestRefuseInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    await this.doors.requests.refuse(id, reason, context.principal);
    return this.answer(id, context, info);
  }

  @Mutation(() => DataRequestPayload, {
    nullable: true,
    description:
      'Records how somebody made sure who asks (GDPR Art. 12(6)), before an open request is decided. Needs data-request:decide. Event: data-request.identity-verified. Costs nothing.',
  })
  @Can('data-request:decide')
  async dataRequestVerifyIdentity(
    @Arg('input', () => DataRequestVerifyIdentityInput, { description: 'Which request, and how.' })
    { id, method }: DataRequestVerifyIdentityInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    await this.doors.requests.verifyIdentity(id, method, context.principal);
    return this.answer(id, context, info);
  }

  @Mutation(() => DataRequestPayload, {
    nullable: true,
    description:
      'Extends an open request, once and before its first deadline (GDPR Art. 12(3)), with the reason that the person is given: tell them before that deadline, too. Needs data-request:decide. Event: data-request.extended. Costs nothing.',
  })
  @Can('data-request:decide')
  async dataRequestExtend(
    @Arg('input', () => DataRequestExtendInput, { description: 'Which request, by how much, and why.' })
    { id, ...wish }: DataRequestExtendInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    await this.doors.requests.extend(id, wish, context.principal);
    return this.answer(id, context, info);
  }

  @Mutation(() => RestrictionLiftPayload, {
    nullable: true,
    description:
      'Lets data about a person be used again, once the ground of the restriction is gone and the person was told. Consents stand as before. Needs data-request:decide. Event: end-user.restriction-lifted. Costs nothing.',
  })
  @Can('data-request:decide')
  async restrictionLift(
    @Arg('input', () => RestrictionLiftInput, { description: 'About whom.' })
    input: RestrictionLiftInput,
    @Ctx() context: RequestContext,
  ): Promise<RestrictionLiftPayload> {
    const { principal } = context;
    // Staff, who know the person by our id alone, act for no customer.
    const named = input.endUserExternalId ? undefined : input.endUserId;
    const endUserId = named ?? (await this.doors.people.known(principal, input)).endUserId;
    await this.doors.requests.liftRestriction(endUserId, principal);
    return { endUser: await this.doors.identity.endUserById(context).load(endUserId), errors: [] };
  }

  private conditionsOf(filter: DataRequestFilter | null | undefined, { principal }: RequestContext): Where {
    const { kind, status, onlyOpen, onlyOverdue, customerId } = filter ?? {};
    return {
      endUserId: principal.kind === 'END_USER' ? principal.endUserId : undefined,
      kind: kind ?? undefined,
      status: status ?? undefined,
      customerId: customerId ?? undefined,
      ...(onlyOpen && { closedAt: null }),
      ...(onlyOverdue && { closedAt: null, dueAt: { lt: this.doors.clock.now() } }),
    };
  }

  private async answer(
    id: string,
    { principal }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<DataRequestPayload> {
    const dataRequest = await this.doors.database.read.one(DataRequest, {
      scope: scopeOf(principal),
      where: { id },
      selection: selectionOf(info, 'dataRequest'),
    });
    return { dataRequest, errors: [] };
  }
}
