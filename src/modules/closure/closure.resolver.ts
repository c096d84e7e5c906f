/** Closing the account for its owners, and what became of it for members and staff. */
import { Arg, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { notFound, unauthenticated } from '../../kernel/errors';
import type { MemberPrincipal, Principal } from '../../kernel/principal';
import { MutationPayload, Needs, type RequestContext } from '../../platform/graphql';
import { Can, Customer, type IdentityLoaders, may } from '../identity';
import { CustomerCloseInput, CustomerReopenInput } from './closure.input';
import type { ClosureLoaders } from './closure.loader';
import { type ClosureService, GRACE_DAYS } from './closure.service';
import { CustomerClosure } from './customer-closure.entity';

@ObjectType({ description: 'The account as it is now.' })
class CustomerClosePayload extends MutationPayload {
  @Field(() => Customer, { nullable: true, description: 'The customer; null when there are errors.' })
  customer?: Customer | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many invoices are open: they stay owed, and `invoices` of the customer leads to where each is paid. Null when there are errors, and where it was closed before.',
  })
  openInvoices?: number | null;
}

@ObjectType({ description: 'The account as it is now.' })
class CustomerReopenPayload extends MutationPayload {
  @Field(() => Customer, { nullable: true, description: 'The customer; null when there are errors.' })
  customer?: Customer | null;
}

@Resolver(() => Customer)
export class ClosureResolver {
  constructor(
    private readonly closures: ClosureService,
    private readonly loaders: ClosureLoaders,
    private readonly identity: Pick<IdentityLoaders, 'customerById'>,
  ) {}

  @FieldResolver(() => CustomerClosure, {
    nullable: true,
    description:
      'That it was closed, and what became of its data; null for one that is open. Needs customer:read.',
  })
  @Needs('id')
  closure(@Root() { id }: Customer, @Ctx() context: RequestContext): Promise<CustomerClosure | null> | null {
    return may(context.principal, 'customer:read') ? this.loaders.closureOf(context).load(id) : null;
  }

  @Mutation(() => CustomerClosePayload, {
    nullable: true,
    description: `Closes the caller’s own account. At once its keys, client keys, tokens, webhooks, predictions and sign-ups of end users stop, and a paid plan ends with an invoice of all that was used. For ${GRACE_DAYS} days members can sign in, read and take data out, and an owner can open it again with \`customerReopen\`; everything else is refused with ACCOUNT_CLOSING. Then its data are deleted, but for what the law keeps. Invoices that are open stay owed; credits that were paid for are lost only with \`forfeitCredits\`. A second time changes nothing. Needs customer:close, which owners have. Events: customer.closed, plan-order.placed, and customer.erased in the end. Costs nothing beyond the last invoice.`,
  })
  @Can('customer:close')
  async customerClose(
    @Arg('input', () => CustomerCloseInput, { description: 'That it is meant, and why.' })
    input: CustomerCloseInput,
    @Ctx() context: RequestContext,
  ): Promise<CustomerClosePayload> {
    const principal = memberOf(context.principal);
    const openInvoices = await this.closures.close(principal, input);
    return { customer: await this.ownOf(principal, context), openInvoices, errors: [] };
  }

  @Mutation(() => CustomerReopenPayload, {
    nullable: true,
    description:
      'Opens the caller’s own account again, while its data are here. Its keys and webhooks work as before; the plan is Free, and a paid one is subscribed to anew. What is open stays open. Needs customer:close. Event: customer.reopened. Costs nothing.',
  })
  @Can('customer:close')
  async customerReopen(
    @Arg('input', () => CustomerReopenInput, { description: 'Which account.' })
    { customerId }: CustomerReopenInput,
    @Ctx() context: RequestContext,
  ): Promise<CustomerReopenPayload> {
    const principal = memberOf(context.principal);
    if (customerId !== principal.customerId) throw notFound(['input', 'customerId']);
    await this.closures.reopen(principal);
    return { customer: await this.ownOf(principal, context), errors: [] };
  }

  private ownOf({ customerId }: MemberPrincipal, context: RequestContext): Promise<Customer | null> {
    return this.identity.customerById(context).load(customerId);
  }
}

/** The permission is members' alone. */
function memberOf(principal: Principal): MemberPrincipal {
  if (principal.kind !== 'MEMBER') throw unauthenticated('Sign in as a member first.');
  return principal;
}
