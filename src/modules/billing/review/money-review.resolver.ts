/** Money that waits for somebody else of the staff, and what these decide. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { money } from '../../../kernel/money';
import type { Database } from '../../../platform/database';
import {
  moneyOf,
  MoneyType,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, Customer, type IdentityLoaders } from '../../identity';
import type { BillingLoaders } from '../billing.loader';
import { Invoice } from '../invoice/invoice.entity';
import type { MoneyApproval } from './money-approval.service';
import { MoneyRequest, MoneyRequestConnection, MoneyRequestFilter } from './money-request.entity';
import { MoneyRequestDecideInput, MoneyRequestPayload, MoneyRequestRejectInput } from './money-review.input';

@Resolver(() => MoneyRequest)
export class MoneyReviewResolver {
  constructor(
    private readonly database: Database,
    private readonly approval: MoneyApproval,
    private readonly loaders: Pick<BillingLoaders, 'invoiceById'> & Pick<IdentityLoaders, 'customerById'>,
  ) {}

  @Query(() => MoneyRequestConnection, {
    nullable: true,
    description:
      'Money for customers that was asked for and must be approved by somebody else, newest first. Needs credit:grant.',
  })
  @Can('credit:grant')
  async moneyRequests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MoneyRequestFilter, { nullable: true, description: 'Which requests.' })
    filter: MoneyRequestFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MoneyRequestConnection> {
    const where = { state: filter?.state ?? undefined, customerId: filter?.customerId ?? undefined };
    const options = { scope, where, selection: selectionOf(info), ...page, count: wantsTotalCount(info) };
    return toConnection(await this.database.read.page(MoneyRequest, options));
  }

  @Mutation(() => MoneyRequestPayload, {
    nullable: true,
    description:
      'Approves money that somebody else asked for: it is given at once. Refused where it cannot be given any more. Needs credit:grant. Events: money-request.approved, and those of what is given; money-request.refused where Stripe or the invoice refuses it. Costs what is given.',
  })
  @Can('credit:grant')
  async moneyRequestApprove(
    @Arg('input', () => MoneyRequestDecideInput, { description: 'Which request.' })
    input: MoneyRequestDecideInput,
    @Ctx() context: RequestContext,
  ): Promise<MoneyRequestPayload> {
    await this.approval.approve(input, context.principal);
    return this.answer(input.id, context);
  }

  @Mutation(() => MoneyRequestPayload, {
    nullable: true,
    description:
      'Rejects money that somebody else asked for; nothing is given. Needs credit:grant. Event: money-request.rejected. Costs nothing.',
  })
  @Can('credit:grant')
  async moneyRequestReject(
    @Arg('input', () => MoneyRequestRejectInput, { description: 'Which request, and why.' })
    input: MoneyRequestRejectInput,
    @Ctx() context: RequestContext,
  ): Promise<MoneyRequestPayload> {
    await this.approval.reject(input, context.principal);
    return this.answer(input.id, context);
  }

  @Mutation(() => MoneyRequestPayload, {
    nullable: true,
    description:
      'Takes back money that you asked for yourself. Needs credit:grant. Event: money-request.withdrawn. Costs nothing.',
  })
  @Can('credit:grant')
  async moneyRequestWithdraw(
    @Arg('input', () => MoneyRequestDecideInput, { description: 'Which request.' })
    input: MoneyRequestDecideInput,
    @Ctx() context: RequestContext,
  ): Promise<MoneyRequestPayload> {
    await this.approval.withdraw(input, context.principal);
    return this.answer(input.id, context);
  }

  @FieldResolver(() => MoneyType, { description: 'How much.' })
  @Needs('amountMinor', 'currency')
  amount(@Root() { amountMinor, currency }: MoneyRequest): MoneyType {
    return moneyOf(money(BigInt(amountMinor), currency));
  }

  @FieldResolver(() => Customer, { nullable: true, description: 'For whom; null when it is gone.' })
  @Needs('customerId')
  customer(@Root() { customerId }: MoneyRequest, @Ctx() context: RequestContext): Promise<Customer | null> {
    return this.loaders.customerById(context).load(customerId);
  }

  @FieldResolver(() => Invoice, { nullable: true, description: 'Of which invoice; null for credits.' })
  @Needs('invoiceId')
  async invoice(
    @Root() { invoiceId }: MoneyRequest,
    @Ctx() context: RequestContext,
  ): Promise<Invoice | null> {
    return invoiceId === null ? null : this.loaders.invoiceById(context).load(invoiceId);
  }

  private async answer(id: string, { scope }: RequestContext): Promise<MoneyRequestPayload> {
    return { request: await this.database.read.one(MoneyRequest, { scope, where: { id } }), errors: [] };
  }
}
