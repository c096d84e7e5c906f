/** Customers as their members and as staff see them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { authorize, Can } from '../access';
import { ApiKey, ApiKeyConnection } from '../api-key/api-key.entity';
import { Customer, CustomerConnection } from './customer.entity';
import { CustomerBy, CustomerFilter, CustomerOrder, CustomerOrderField } from './customer.input';
import { EndUser, EndUserConnection } from '../end-user/end-user.entity';
import { type IdentityLoaders, personQuestion } from '../identity.loader';
import { Member, MemberConnection, whereMemberIs } from '../member/member.entity';
import { MemberFilter } from '../member/member.input';

const ORDER_PROPERTY = {
  [CustomerOrderField.CREATED_AT]: 'createdAt',
  [CustomerOrderField.NAME]: 'name',
} as const;

@Resolver(() => Customer)
export class CustomerResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: IdentityLoaders,
  ) {}

  @Query(() => Customer, {
    nullable: true,
    description:
      'A customer; without `by` the caller’s own. Null when there is none for the caller. Needs customer:read.',
  })
  @Can('customer:read')
  async customer(
    @Arg('by', () => CustomerBy, {
      nullable: true,
      description: 'Which one; members and keys see their own only.',
    })
    by: CustomerBy | null | undefined,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Customer | null> {
    const own = 'customerId' in principal ? principal.customerId : undefined;
    const id = by?.id ?? own;
    if (id === undefined || (own !== undefined && id !== own)) return null;
    return this.database.read.one(Customer, { scope, where: { id }, selection: selectionOf(info) });
  }

  @Query(() => CustomerConnection, { nullable: true, description: 'All customers. Needs customer:list.' })
  @Can('customer:list')
  async customers(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CustomerFilter, { nullable: true, description: 'Which customers.' })
    filter: CustomerFilter | null | undefined,
    @Arg('orderBy', () => CustomerOrder, {
      nullable: true,
      description: 'Newest first unless asked otherwise.',
    })
    orderBy: CustomerOrder | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerConnection> {
    const where = {
      name: filter?.nameContains ? { contains: filter.nameContains } : undefined,
      segment: filter?.segment ?? undefined,
    };
    const rows = await this.database.read.page(Customer, {
      scope,
      where,
      selection: selectionOf(info),
      ...page,
      orderBy: orderBy
        ? { property: ORDER_PROPERTY[orderBy.field], direction: orderBy.direction }
        : undefined,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @FieldResolver(() => MemberConnection, {
    description: 'The logins of this customer, without those removed. Needs customer:read.',
  })
  @Needs('id')
  async members(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MemberFilter, { nullable: true, description: 'Which of them.' })
    filter: MemberFilter | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberConnection> {
    authorize(context, 'customer:read');
    const where = whereMemberIs(filter?.status);
    const within = { customerId: id };
    return pageWithin(this.database, { entity: Member, within, where, page }, context, info);
  }

  @FieldResolver(() => ApiKeyConnection, {
    description: 'The API keys of this customer, revoked ones too. Needs customer:read.',
  })
  @Needs('id')
  async apiKeys(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKeyConnection> {
    authorize(context, 'customer:read');
    return pageWithin(this.database, { entity: ApiKey, within: { customerId: id }, page }, context, info);
  }

  @FieldResolver(() => EndUserConnection, {
    description: 'The end users this customer has mentioned. Needs end-user:read.',
  })
  @Needs('id')
  async endUsers(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EndUserConnection> {
    authorize(context, 'end-user:read');
    return pageWithin(this.database, { entity: EndUser, within: { customerId: id }, page }, context, info);
  }

  @FieldResolver(() => EndUser, {
    nullable: true,
    description:
      'The end user with this id of the customer’s; null when never mentioned. Needs end-user:read.',
  })
  @Needs('id')
  async endUser(
    @Root() { id }: Customer,
    @Arg('externalId', () => String, { description: 'The id by which the customer knows the person.' })
    externalId: string,
    @Ctx() context: RequestContext,
  ): Promise<EndUser | null> {
    authorize(context, 'end-user:read');
    return this.loaders.endUserByExternalId(context).load(personQuestion(id, externalId));
  }
}
