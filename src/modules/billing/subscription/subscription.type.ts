/** What the mutations of a subscription answer. */
import { Field, ObjectType } from 'type-graphql';
import { DateTime, MoneyType, MutationPayload, URLScalar } from '../../../platform/graphql';
import { InvoiceLine } from '../invoice/invoice.entity';
import { PlanSubscription } from './plan-subscription.entity';

@ObjectType({ description: 'A page on which to subscribe.' })
export class SubscriptionCheckoutPayload extends MutationPayload {
  @Field(() => URLScalar, {
    nullable: true,
    description: 'Send the person there; null when there are errors.',
  })
  checkoutUrl?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the page works; null when there are errors.',
  })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'What a change would cost now, as Stripe reckons it.' })
export class SubscriptionPreview {
  @Field(() => MoneyType, { description: 'What the change costs, credits for unused time taken off.' })
  total!: MoneyType;

  @Field(() => MoneyType, { description: 'Taxes on it, as Stripe states them; part of the total.' })
  tax!: MoneyType;

  @Field(() => MoneyType, { description: 'What would be charged to the card at once.' })
  amountDue!: MoneyType;

  @Field(() => [InvoiceLine], { description: 'The lines of the invoice that would be written.' })
  lines!: InvoiceLine[];

  @Field(() => DateTime, { description: 'Confirm with this instant, and the amounts hold.' })
  prorationDate!: Date;

  @Field(() => DateTime, { description: 'Until when it can be confirmed.' })
  validUntil!: Date;

  @Field(() => DateTime, {
    description: 'When the change takes place; at the end of the period nothing is charged now.',
  })
  startsAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the subscription ends all the same, because an end is planned and the change does not take it back; null while it goes on.',
  })
  cancelAt!: Date | null;
}

@ObjectType({ description: 'The preview of a change of plan.' })
export class SubscriptionPreviewPayload extends MutationPayload {
  @Field(() => SubscriptionPreview, {
    nullable: true,
    description: 'The preview; null when there are errors.',
  })
  preview?: SubscriptionPreview | null;
}

@ObjectType({ description: 'The subscription as it stands now.' })
export class SubscriptionPayload extends MutationPayload {
  @Field(() => PlanSubscription, {
    nullable: true,
    description: 'The subscription; null when there are errors.',
  })
  subscription?: PlanSubscription | null;
}

@ObjectType({ description: 'A page for card, invoices and subscription.' })
export class BillingPortalPayload extends MutationPayload {
  @Field(() => URLScalar, {
    nullable: true,
    description: 'Send the person there; null when there are errors.',
  })
  portalUrl?: string | null;
}
