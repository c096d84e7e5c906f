/** The mutations of a subscription, for those who pay. */
import type { GraphQLResolveInfo } from 'graphql';
import { randomUUID } from 'node:crypto';
import { Arg, Ctx, Extensions, Info, Mutation, Resolver } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { sha256 } from '../../../kernel/hash';
import { money } from '../../../kernel/money';
import { type RequestContext, moneyOf, selectionOf } from '../../../platform/graphql';
import { actingCustomer, Can } from '../../identity';
import { invoiceLinesOf } from '../invoice/invoice.resolver';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import type { BillingAccountService } from './billing-account.service';
import {
  BillingPortalCreateInput,
  SpendCapSetInput,
  SubscriptionCancelInput,
  SubscriptionChangeInput,
  SubscriptionCheckoutCreateInput,
} from './subscription.input';
import {
  BillingPortalPayload,
  SpendCapPayload,
  SubscriptionCheckoutPayload,
  SubscriptionPayload,
  SubscriptionPreviewPayload,
} from './subscription.type';
import type { SubscriptionService } from './subscription.service';

/** Orders to Stripe keep their own keys: nothing may be in an open transaction while Stripe is asked. */
const OwnIdempotency = Extensions({ ownIdempotency: true });

@Resolver()
export class SubscriptionResolver {
  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly accounts: BillingAccountService,
    private readonly terms: CustomerTermsService,
  ) {}

  @Mutation(() => SubscriptionCheckoutPayload, {
    nullable: true,
    description:
      'Opens a page on which to subscribe to a plan. Needs billing:update. Events: plan-order.placed, plan-order.done, and subscription.started once it is paid. Costs nothing until it is paid there.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionCheckoutCreate(
    @Arg('input', () => SubscriptionCheckoutCreateInput, { description: 'Which plan.' })
    input: SubscriptionCheckoutCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SubscriptionCheckoutPayload> {
    const { url, expiresAt } = await this.subscriptions.checkout(actingCustomer(principal), input);
    return { checkoutUrl: url, expiresAt, errors: [] };
  }

  @Mutation(() => SubscriptionPreviewPayload, {
    nullable: true,
    description:
      'Says what a change of plan would cost now, to the cent. Needs billing:update. No event. Costs nothing.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionChangePreview(
    @Arg('input', () => SubscriptionChangeInput, { description: 'Which plan.' })
    input: SubscriptionChangeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SubscriptionPreviewPayload> {
    const preview = await this.subscriptions.preview(actingCustomer(principal), input);
    const amount = (minor: string) => moneyOf(money(BigInt(minor), preview.currency));
    return {
      preview: {
        total: amount(preview.totalMinor),
        amountDue: amount(preview.amountDueMinor),
        lines: invoiceLinesOf(preview.lineItems, preview.currency),
        prorationDate: preview.prorationDate,
        validUntil: preview.validUntil,
      },
      errors: [],
    };
  }

  @Mutation(() => SubscriptionPayload, {
    nullable: true,
    description:
      'Changes to a higher plan or more seats; it is granted once it is paid. Needs billing:update. Events: plan-order.placed, plan-order.done or .refused, subscription.changed, invoice.paid. Charges the card at once.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionChange(
    @Arg('input', () => SubscriptionChangeInput, { description: 'Which plan.' })
    input: SubscriptionChangeInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionPayload> {
    const customerId = actingCustomer(principal);
    await this.subscriptions.change(customerId, input);
    const selection = selectionOf(info, 'subscription');
    return { subscription: await this.subscriptions.present(scope, customerId, selection), errors: [] };
  }

  @Mutation(() => SubscriptionPayload, {
    nullable: true,
    description:
      'Ends the paid plan with the period that is paid for; FREE follows. Needs billing:update. Events: plan-order.placed, plan-order.done, subscription.updated, and subscription.canceled when it ends. Costs nothing.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionCancel(
    @Arg('input', () => SubscriptionCancelInput, { description: 'An optional key.' })
    input: SubscriptionCancelInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionPayload> {
    const customerId = actingCustomer(principal);
    await this.subscriptions.cancel(customerId, input.idempotencyKey);
    const selection = selectionOf(info, 'subscription');
    return { subscription: await this.subscriptions.present(scope, customerId, selection), errors: [] };
  }

  @Mutation(() => BillingPortalPayload, {
    nullable: true,
    description:
      'Opens a page for card, invoices and subscription. Needs billing:update. Event: billing-portal.opened. Costs nothing.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async billingPortalCreate(
    @Arg('input', () => BillingPortalCreateInput, { description: 'An optional key.' })
    input: BillingPortalCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<BillingPortalPayload> {
    const customerId = actingCustomer(principal);
    // Travels as a header to Stripe, which takes fewer letters than we do.
    const key = `portal:${customerId}:${sha256(input.idempotencyKey ?? randomUUID())}`;
    return { portalUrl: await this.subscriptions.portal(customerId, key), errors: [] };
  }

  @Mutation(() => SpendCapPayload, {
    nullable: true,
    description:
      'Caps what usage may cost in a billing period; requests beyond it are refused. Needs billing:update. Event: spend-cap.set. Costs nothing.',
  })
  @Can('billing:update')
  async spendCapSet(
    @Arg('input', () => SpendCapSetInput, { description: 'The cap.' }) { amountMinor }: SpendCapSetInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SpendCapPayload> {
    if (typeof amountMinor === 'bigint' && (amountMinor < 0n || amountMinor > MAX_CAP)) {
      throw invalidInput(['input', 'amountMinor'], `A cap lies between 0 and ${MAX_CAP}.`, 'range');
    }
    const customerId = actingCustomer(principal);
    await this.accounts.setSpendCap(customerId, amountMinor ?? null);
    const { plan } = await this.terms.of(customerId);
    const spendCap = typeof amountMinor === 'bigint' ? moneyOf(money(amountMinor, plan.currency)) : null;
    return { spendCap, errors: [] };
  }
}

const MAX_CAP = 10n ** 15n;
