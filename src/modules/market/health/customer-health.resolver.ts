/** How well customers do, for staff: of one customer, and of all with those first who may leave. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  DateTime,
  defineLoader,
  inOrder,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import type { BillingModule } from '../../billing';
import { Customer, type IdentityLoaders, may } from '../../identity';
import { Market } from '../market.type';
import { CustomerHealth, CustomerHealthConnection } from './customer-health.entity';
import { ChurnRisk } from './health-score';

@InputType({ description: 'Which customers; all conditions must hold.' })
class CustomerHealthFilter {
  @Field(() => ChurnRisk, { nullable: true, description: 'Of this risk.' })
  risk?: ChurnRisk | null;

  @Field(() => Boolean, { nullable: true, description: 'Who pay, or who do not.' })
  pays?: boolean | null;
}

@Resolver(() => Market)
export class MarketHealthResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => CustomerHealthConnection, {
    description: 'How well customers do, those first who may leave.',
  })
  async health(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CustomerHealthFilter, { nullable: true, description: 'Which customers.' })
    filter: CustomerHealthFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerHealthConnection> {
    const rows = await this.database.read.page(CustomerHealth, {
      scope,
      where: { risk: filter?.risk ?? undefined, pays: filter?.pays ?? undefined },
      selection: selectionOf(info),
      orderBy: { property: 'score', direction: 'ASC' },
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }
}

@Resolver(() => Customer)
export class CustomerHealthOfResolver {
  private readonly healthOf;

  constructor({ read }: Database) {
    this.healthOf = defineLoader<string, CustomerHealth | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(CustomerHealth, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    );
  }

  @FieldResolver(() => CustomerHealth, {
    nullable: true,
    description:
      'How well this customer does. Staff with market:read; null for everyone else, and in its first hour.',
  })
  @Needs('id')
  health(@Root() { id }: Customer, @Ctx() context: RequestContext): Promise<CustomerHealth | null> | null {
    return may(context.principal, 'market:read') ? this.healthOf(context).load(id) : null;
  }
}

@Resolver(() => CustomerHealth)
export class CustomerHealthResolver {
  constructor(
    private readonly identity: Pick<IdentityLoaders, 'customerById'>,
    private readonly billing: Pick<BillingModule['loaders'], 'subscriptionInForce'>,
  ) {}

  @FieldResolver(() => Customer, { nullable: true, description: 'Which customer.' })
  @Needs('id')
  customer(@Root() { id }: CustomerHealth, @Ctx() context: RequestContext): Promise<Customer | null> {
    return this.identity.customerById(context).load(id);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the plan that is paid for renews; null when nothing is paid, and when it will end instead: then `endsAt` says when.',
  })
  @Needs('id')
  async renewsAt(@Root() { id }: CustomerHealth, @Ctx() context: RequestContext): Promise<Date | null> {
    const subscription = await this.billing.subscriptionInForce(context).load(id);
    if (!subscription || subscription.monthlyMinor === '0' || subscription.cancelAt) return null;
    return subscription.currentPeriodEnd;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the plan ends because the customer ended it; null when it goes on.',
  })
  @Needs('id')
  async endsAt(@Root() { id }: CustomerHealth, @Ctx() context: RequestContext): Promise<Date | null> {
    return (await this.billing.subscriptionInForce(context).load(id))?.cancelAt ?? null;
  }
}
