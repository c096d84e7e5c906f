/** The mutation by which customers buy credits. */
import { Length } from 'class-validator';
import { Arg, Ctx, Extensions, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import {
  BigIntScalar,
  DateTime,
  MutationPayload,
  type RequestContext,
  URLScalar,
} from '../../../platform/graphql';
import { actingCustomer, Can } from '../../identity';
import type { CreditCheckoutService } from './credit-checkout.service';

@InputType({ description: 'How many credits to buy.' })
class CreditCheckoutCreateInput {
  @Field(() => BigIntScalar, {
    description:
      'Minor units of the currency of the customer’s plan, from 100 to 50,000,000; taxes may come on top.',
  })
  amountMinor!: bigint;

  @Field(() => String, {
    description:
      'Repeating the call with the same key and input answers the first result and opens nothing anew.',
  })
  @Length(1, 200)
  idempotencyKey!: string;
}

@ObjectType({ description: 'A page on which credits are paid.' })
class CreditCheckoutPayload extends MutationPayload {
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

@Resolver()
export class CreditCheckoutResolver {
  constructor(private readonly checkouts: CreditCheckoutService) {}

  @Mutation(() => CreditCheckoutPayload, {
    nullable: true,
    description:
      'Opens a page on which credits are paid once. They are granted when the payment is known, never end, and pay for usage before anything is owed; what of them is not used is taken back when the invoice is refunded, and while its payment is disputed. Needs billing:update. Events: plan-order.placed, plan-order.done, and credit.granted once it is paid. Costs nothing until it is paid there.',
  })
  @Can('billing:update')
  // Orders to Stripe keep their own keys: nothing may be in an open transaction while Stripe is asked.
  @Extensions({ ownIdempotency: true })
  async creditCheckoutCreate(
    @Arg('input', () => CreditCheckoutCreateInput, { description: 'How many.' })
    input: CreditCheckoutCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<CreditCheckoutPayload> {
    const { url, expiresAt } = await this.checkouts.checkout(actingCustomer(principal), input);
    return { checkoutUrl: url, expiresAt, errors: [] };
  }
}
