/** Refunds, given by staff. */
import { Length } from 'class-validator';
import { Arg, Ctx, Extensions, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../kernel/principal';
import { BigIntScalar, MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { MoneyRequest } from '../review/money-request.entity';
import { Invoice } from './invoice.entity';
import type { InvoiceRefundService } from './invoice-refund.service';

@InputType({ description: 'What to give back.' })
class InvoiceRefundInput {
  @Field(() => ID, { description: 'Of which invoice; it must be paid.' })
  invoiceId!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Minor units of the invoice’s currency; absent = all that is left.',
  })
  amountMinor?: bigint | null;

  @Field(() => String, { description: 'Why, 1–200 letters; it stands on the credit note.' })
  @Length(1, 200)
  reason!: string;

  @Field(() => String, {
    description:
      'Repeating the call with the same key and input answers the first result and gives nothing anew.',
  })
  @Length(1, 200)
  idempotencyKey!: string;
}

@ObjectType({ description: 'The invoice as it stands now.' })
class InvoicePayload extends MutationPayload {
  @Field(() => Invoice, { nullable: true, description: 'The invoice; null when there are errors.' })
  invoice?: Invoice | null;

  @Field(() => MoneyRequest, {
    nullable: true,
    description: 'What somebody else must approve first; null where it was given back at once.',
  })
  request?: MoneyRequest | null;
}

@Resolver()
export class InvoiceRefundResolver {
  constructor(private readonly refunds: InvoiceRefundService) {}

  @Mutation(() => InvoicePayload, {
    nullable: true,
    description:
      'Gives money of a paid invoice back to the card that paid it, by a credit note; above the limit of the operator somebody else must approve it first. Needs invoice:refund. Events: plan-order.placed, plan-order.done or .refused, invoice.refunded; or money-request.created. Costs what is given back.',
  })
  @Can('invoice:refund')
  @Extensions({ ownIdempotency: true })
  async invoiceRefund(
    @Arg('input', () => InvoiceRefundInput, { description: 'Of which invoice, and how much.' })
    { idempotencyKey, ...wish }: InvoiceRefundInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<InvoicePayload> {
    return { ...(await this.refunds.refund(wish, actorOf(principal), idempotencyKey)), errors: [] };
  }
}
