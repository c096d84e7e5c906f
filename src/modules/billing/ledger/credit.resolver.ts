/** Credits for those who use them, and the ledger behind them; granting and correcting for staff. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { money, roundToMinor } from '../../../kernel/money';
import { actorOf } from '../../../kernel/principal';
import type { Database } from '../../../platform/database';
import {
  moneyOf,
  MoneyType,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
} from '../../../platform/graphql';
import { authorize, Can, Customer } from '../../identity';
import type { MoneyReview } from '../review/money-review.service';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { CreditGrantInput, LedgerReverseInput } from './credit.input';
import type { CreditLoaders } from './credit.loader';
import type { CreditService } from './credit.service';
import { CreditBalance, CreditGrantPayload, LedgerReversePayload, LedgerVerification } from './credit.type';
import { CreditGrant, CreditGrantConnection } from './credit-grant.entity';
import { TransferKind } from './ledger';
import { LedgerTransfer, LedgerTransferConnection } from './ledger-transfer.entity';
import type { LedgerVerificationService } from './ledger-verification.service';

/** What takes from a grant. */
const BURNS = { in: [TransferKind.BURN, TransferKind.EXPIRY, TransferKind.REFUND] };

@Resolver()
export class CreditResolver {
  constructor(
    private readonly credits: CreditService,
    private readonly verification: LedgerVerificationService,
    private readonly review: MoneyReview,
  ) {}

  @Mutation(() => CreditGrantPayload, {
    nullable: true,
    description:
      'Grants credits to a customer, in the currency of its plan; above the limit of the operator somebody else must approve it first. Needs credit:grant. Events: credit.granted, or money-request.created. Costs the operator what is granted.',
  })
  @Can('credit:grant')
  async creditGrant(
    @Arg('input', () => CreditGrantInput, { description: 'How much, for whom, until when.' })
    { idempotencyKey, ...asked }: CreditGrantInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<CreditGrantPayload> {
    const wish = { ...asked, expiresAt: asked.expiresAt ?? null };
    await this.credits.check(wish);
    const { customerId, amountMinor, currency, reason, source, priority, expiresAt } = wish;
    const credit = { source, priority, expiresAt: expiresAt?.toISOString() ?? null };
    const request = await this.review.held(
      { customerId, amountMinor, currency, reason, invoiceId: null, credit },
      { by: actorOf(principal), idempotencyKey, input: { ...credit, amountMinor: `${amountMinor}` } },
    );
    return { grant: request ? null : await this.credits.grant(wish), request, errors: [] };
  }

  @Mutation(() => LedgerReversePayload, {
    nullable: true,
    description:
      'Undoes one transfer of the ledger by its mirror: usage goes back to the credits that paid for it, or off what is owed, from Stripe’s meter too; what an invoice has comes off the next one. Needs credit:grant. Event: ledger.reversed. Costs the operator what is undone.',
  })
  @Can('credit:grant')
  async ledgerReverse(
    @Arg('input', () => LedgerReverseInput, { description: 'Which transfer, and why.' })
    { customerId, transferId, reason }: LedgerReverseInput,
  ): Promise<LedgerReversePayload> {
    return { transfer: await this.credits.reverse(customerId, transferId, reason), errors: [] };
  }

  @Query(() => LedgerVerification, {
    nullable: true,
    description:
      'Adds the whole ledger up and compares it with grants, counters and usage records. Needs billing:reconcile.',
  })
  @Can('billing:reconcile')
  ledgerVerify(): Promise<LedgerVerification> {
    return this.verification.verify();
  }
}

@Resolver(() => Customer)
export class CustomerCreditResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: CreditLoaders,
    private readonly terms: CustomerTermsService,
  ) {}

  @FieldResolver(() => CreditBalance, {
    description: 'Prepaid usage: what is left, and where it came from and went. Needs billing:read.',
  })
  @Needs('id')
  async credits(@Root() { id }: Customer, @Ctx() context: RequestContext): Promise<CreditBalance> {
    authorize(context, 'billing:read');
    const { currency } = (await this.terms.of(id)).plan;
    const exact = await this.loaders.balanceOf(context).load(`${id} ${currency}`);
    return { customerId: id, balance: moneyOf(money(roundToMinor(exact), currency)), balanceExact: exact };
  }

  @FieldResolver(() => LedgerTransferConnection, {
    description: 'Every transfer of the customer’s ledger, newest first. Needs billing:read.',
  })
  @Needs('id')
  async ledger(
    @Root() { id }: Customer,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LedgerTransferConnection> {
    authorize(context, 'billing:read');
    const transfers = { entity: LedgerTransfer, within: { customerId: id }, page, orderBy: NEWEST };
    return pageWithin(this.database, transfers, context, info);
  }
}

const NEWEST = { property: 'createdAt', direction: 'DESC' } as const;

@Resolver(() => CreditBalance)
export class CreditBalanceResolver {
  constructor(private readonly database: Database) {}

  @FieldResolver(() => CreditGrantConnection, { description: 'What was granted, newest first.' })
  grants(
    @Root() { customerId }: CreditBalance,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CreditGrantConnection> {
    const grants = { entity: CreditGrant, within: { customerId }, page, orderBy: NEWEST };
    return pageWithin(this.database, grants, context, info);
  }

  @FieldResolver(() => LedgerTransferConnection, {
    description: 'What was used of them, ended unused or was given back as money, newest first.',
  })
  burns(
    @Root() { customerId }: CreditBalance,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LedgerTransferConnection> {
    const where = { kind: BURNS };
    const burns = { entity: LedgerTransfer, within: { customerId }, where, page, orderBy: NEWEST };
    return pageWithin(this.database, burns, context, info);
  }
}

@Resolver(() => CreditGrant)
export class CreditGrantResolver {
  @FieldResolver(() => MoneyType, { description: 'How much was granted.' })
  @Needs('amountMinor', 'currency')
  amount(@Root() { amountMinor, currency }: CreditGrant): MoneyType {
    return moneyOf(money(BigInt(amountMinor), currency));
  }
}
