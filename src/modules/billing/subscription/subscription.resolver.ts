/** The mutations of a subscription, for those who pay. */
import type { GraphQLResolveInfo } from 'graphql';
import { randomUUID } from 'node:crypto';
import { Arg, Ctx, Extensions, Info, Mutation, Resolver } from 'type-graphql';
import { sha256 } from '../../../kernel/hash';
import { money } from '../../../kernel/money';
import { type RequestContext, moneyOf, selectionOf } from '../../../platform/graphql';
import { actingCustomer, Can } from '../../identity';
import { invoiceLinesOf } from '../invoice/invoice.resolver';
import { orUpstreamFailed } from '../stripe/stripe-failure';
import {
  BillingPortalCreateInput,
  SubscriptionCancelInput,
  SubscriptionChangeInput,
  SubscriptionCheckoutCreateInput,
  SubscriptionResumeInput,
} from './subscription.input';
import {
  BillingPortalPayload,
  SubscriptionCheckoutPayload,
  SubscriptionPayload,
  SubscriptionPreviewPayload,
} from './subscription.type';
import type { SubscriptionService } from './subscription.service';

/** Orders to Stripe keep their own keys: nothing may be in an open transaction while Stripe is asked. */
const OwnIdempotency = Extensions({ ownIdempotency: true });

@Resolver()
export class SubscriptionResolver {
  constructor(private readonly subscriptions: SubscriptionService) {}

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
    const preview = await orUpstreamFailed(this.subscriptions.preview(actingCustomer(principal), input));
    const amount = (minor: string) => moneyOf(money(BigInt(minor), preview.currency));
    return {
      preview: {
        tax: amount(preview.taxMinor),
        total: amount(preview.totalMinor),
        amountDue: amount(preview.amountDueMinor),
        lines: invoiceLinesOf(preview.lineItems, preview.currency),
        prorationDate: preview.prorationDate,
        validUntil: preview.validUntil,
        startsAt: preview.startsAt,
        cancelAt: preview.cancelAt,
      },
      errors: [],
    };
  }

  @Mutation(() => SubscriptionPayload, {
    nullable: true,
    description:
      'Changes the plan or the number of seats: more is granted once it is paid, less begins with the next period. Needs billing:update. Events: plan-order.placed, plan-order.done or .refused, subscription.changed, invoice.paid, or subscription.updated for what is planned. An end that is planned stays, unless `resume` takes it back. Charges the card at once for more.',
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
      'Ends the paid plan, with the period that is paid for or at once; FREE follows. Needs billing:update. Events: plan-order.placed, plan-order.done, subscription.updated, and subscription.canceled when it ends. Costs nothing.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionCancel(
    @Arg('input', () => SubscriptionCancelInput, { description: 'When.' })
    input: SubscriptionCancelInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionPayload> {
    const customerId = actingCustomer(principal);
    await this.subscriptions.cancel(customerId, input);
    const selection = selectionOf(info, 'subscription');
    return { subscription: await this.subscriptions.present(scope, customerId, selection), errors: [] };
  }

  @Mutation(() => SubscriptionPayload, {
    nullable: true,
    description:
      'Takes back an end or a change that is planned; without one nothing changes. Needs billing:update. Events: plan-order.placed, plan-order.done, subscription.updated. Costs nothing.',
  })
  @Can('billing:update')
  @OwnIdempotency
  async subscriptionResume(
    @Arg('input', () => SubscriptionResumeInput, { description: 'An optional key.' })
    input: SubscriptionResumeInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionPayload> {
    const customerId = actingCustomer(principal);
    await this.subscriptions.resume(customerId, input);
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
    return { portalUrl: await orUpstreamFailed(this.subscriptions.portal(customerId, key)), errors: [] };
  }
}
