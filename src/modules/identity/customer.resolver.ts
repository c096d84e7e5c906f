/** Customers as their members and as staff see them, and the viewer: who am I and what may I do. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Info,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Principal } from '../../kernel/principal';
import type { Database } from '../../platform/database';
import {
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../platform/graphql';
import { authorize, Can, Public } from './access';
import { ApiKey, ApiKeyConnection } from './api-key.entity';
import { Customer, CustomerConnection } from './customer.entity';
import { CustomerBy, CustomerFilter, CustomerOrder, CustomerOrderField } from './customer.input';
import { EndUser, EndUserConnection } from './end-user.entity';
import { type IdentityLoaders, personQuestion } from './identity.loader';
import { Member, MemberConnection } from './member.entity';
import { may, permissionsOf } from './permissions';
import { Staff } from './staff.entity';

type VisibleKind = Exclude<Principal['kind'], 'SYSTEM'>;

const PrincipalKind: { readonly [kind in VisibleKind]: kind } = {
  STAFF: 'STAFF',
  MEMBER: 'MEMBER',
  API_KEY: 'API_KEY',
  END_USER: 'END_USER',
  ANONYMOUS: 'ANONYMOUS',
};

registerEnumType(PrincipalKind, {
  name: 'PrincipalKind',
  description: 'What kind of caller this is.',
  valuesConfig: {
    STAFF: { description: 'The operator’s staff.' },
    MEMBER: { description: 'A member of a customer.' },
    API_KEY: { description: 'A customer’s server.' },
    END_USER: { description: 'A person who uses the customer’s product.' },
    ANONYMOUS: { description: 'Nobody we know.' },
  },
});

@ObjectType({ description: 'Who is asking, and what this caller may do.' })
class Viewer {
  @Field(() => PrincipalKind, { description: 'What kind of caller this is.' })
  kind!: VisibleKind;

  @Field(() => [String], { description: 'Every permission of the caller.' })
  permissions!: string[];

  readonly principal!: Principal;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(private readonly loaders: IdentityLoaders) {}

  @Query(() => Viewer, { description: 'Who am I, and what may I do? Works for every kind of caller.' })
  @Public()
  viewer(@Ctx() { principal }: RequestContext): Viewer {
    return { kind: principal.kind as VisibleKind, permissions: permissionsOf(principal), principal };
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer of the caller; null for staff and strangers, and without customer:read.',
  })
  customer(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Customer | null> | null {
    return 'customerId' in principal && may(principal, 'customer:read')
      ? this.loaders.customerById(context).load(principal.customerId)
      : null;
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The login of the caller, when it is a member.',
  })
  member(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Member | null> | null {
    return principal.kind === 'MEMBER' ? this.loaders.memberById(context).load(principal.memberId) : null;
  }

  @FieldResolver(() => Staff, { nullable: true, description: 'The login of the caller, when it is staff.' })
  staff(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return principal.kind === 'STAFF' ? this.loaders.staffById(context).load(principal.staffId) : null;
  }

  @FieldResolver(() => EndUser, {
    nullable: true,
    description: 'The person, when the caller holds an end user’s token.',
  })
  endUser(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<EndUser | null> | null {
    return principal.kind === 'END_USER' ? this.loaders.endUserById(context).load(principal.endUserId) : null;
  }

  @FieldResolver(() => ApiKey, {
    nullable: true,
    description: 'The key, when the caller is a customer’s server.',
  })
  apiKey(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<ApiKey | null> | null {
    return principal.kind === 'API_KEY' ? this.loaders.apiKeyById(context).load(principal.apiKeyId) : null;
  }
}

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
    description: 'The logins of this customer. Needs customer:read.',
  })
  @Needs('id')
  async members(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberConnection> {
    authorize(context, 'customer:read');
    return pageWithin(this.database, { entity: Member, within: { customerId: id }, page }, context, info);
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
