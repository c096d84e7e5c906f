/**
 * What changes a plan or a cap leads to the customer. Clients keep subscription, spending and entitlements under its id: what
 * they hold would be of before, and after an end at once the subscription is another object.
 */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { MutationPayload, RequestContext } from '../../platform/graphql';
import { actingCustomer, Customer, type IdentityLoaders } from '../identity';
import { SpendCapPayload } from './spend/spend.type';
import { SubscriptionPayload } from './subscription/subscription.type';

type Loaders = Pick<IdentityLoaders, 'customerById'>;

const CHANGED = {
  nullable: true,
  description: 'The customer as it now stands; null when there are errors.',
};

function changedCustomer(
  { customerById }: Loaders,
  { errors }: MutationPayload,
  context: RequestContext,
): Promise<Customer | null> | null {
  return errors.length > 0 ? null : customerById(context).load(actingCustomer(context.principal));
}

@Resolver(() => SubscriptionPayload)
export class SubscriptionPayloadResolver {
  constructor(private readonly loaders: Loaders) {}

  @FieldResolver(() => Customer, CHANGED)
  customer(
    @Root() payload: SubscriptionPayload,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> | null {
    return changedCustomer(this.loaders, payload, context);
  }
}

@Resolver(() => SpendCapPayload)
export class SpendCapPayloadResolver {
  constructor(private readonly loaders: Loaders) {}

  @FieldResolver(() => Customer, CHANGED)
  customer(
    @Root() payload: SpendCapPayload,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> | null {
    return changedCustomer(this.loaders, payload, context);
  }
}
