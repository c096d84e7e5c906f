/** What billing adds to a customer: plan, entitlements, usage, invoices and, for staff, the margin. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Database } from '../../platform/database';
import {
  Needs,
  PageArgs,
  pageWithin,
  periodAsked,
  PeriodInput,
  type RequestContext,
} from '../../platform/graphql';
import { authorize, Customer, may } from '../identity';
import type { BillingLoaders } from './billing.loader';
import { Invoice, InvoiceConnection } from './invoice/invoice.entity';
import { Entitlement, entitlementsOf } from './plan/entitlement.type';
import { PlanSubscription } from './subscription/plan-subscription.entity';
import type { CustomerTermsService } from './usage/customer-terms.service';
import { Margin, UsageReport } from './usage/usage.type';
import type { UsageReportService } from './usage/usage-report.service';

const PERIOD = 'Which time; absent = the present billing period.';

@Resolver(() => Customer)
export class CustomerBillingResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: BillingLoaders,
    private readonly terms: CustomerTermsService,
    private readonly reports: UsageReportService,
  ) {}

  @FieldResolver(() => PlanSubscription, {
    nullable: true,
    description: 'The subscription in force. Needs billing:read; null without it.',
  })
  @Needs('id')
  subscription(
    @Root() { id }: Customer,
    @Ctx() context: RequestContext,
  ): Promise<PlanSubscription | null> | null {
    return may(context.principal, 'billing:read') ? this.loaders.subscriptionInForce(context).load(id) : null;
  }

  @FieldResolver(() => [Entitlement], {
    description: 'What the customer is entitled to now, and how much of it is used. Needs billing:read.',
  })
  @Needs('id')
  async entitlements(@Root() { id }: Customer, @Ctx() context: RequestContext): Promise<Entitlement[]> {
    authorize(context, 'billing:read');
    const { entitlements, period } = await this.terms.of(id);
    return entitlementsOf(entitlements, {
      used: await this.reports.used(id, period, context),
      resetsAt: period.to,
    });
  }

  @FieldResolver(() => UsageReport, {
    description: 'What was used, and what it is charged by the price book. Needs billing:read.',
  })
  @Needs('id')
  async usage(
    @Root() { id }: Customer,
    @Arg('period', () => PeriodInput, { nullable: true, description: PERIOD })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<UsageReport> {
    authorize(context, 'billing:read');
    return this.reports.usage(id, periodAsked(period), context);
  }

  @FieldResolver(() => InvoiceConnection, {
    description: 'The invoices, newest first. Needs billing:read.',
  })
  @Needs('id')
  async invoices(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<InvoiceConnection> {
    authorize(context, 'billing:read');
    const orderBy = { property: 'createdAt', direction: 'DESC' } as const;
    const invoices = { entity: Invoice, within: { customerId: id }, page, orderBy };
    return pageWithin(this.database, invoices, context, info);
  }

  @FieldResolver(() => Margin, {
    nullable: true,
    description:
      'What was earned and what it cost. Staff with margin:read; null for everyone else, and where it was charged in another currency than costs are in: `margins` tells both.',
  })
  @Needs('id')
  async margin(
    @Root() { id }: Customer,
    @Arg('period', () => PeriodInput, { nullable: true, description: PERIOD })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Margin | null> {
    const mayKnow = may(context.principal, 'margin:read');
    return mayKnow ? this.reports.margin(id, periodAsked(period), context) : null;
  }
}
