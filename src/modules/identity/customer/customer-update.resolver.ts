/** What a customer says of itself, and changes. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type Database, tenant } from '../../../platform/database';
import { MutationPayload, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../access';
import { actingCustomer, type IdentityService } from '../identity.service';
import { Customer } from './customer.entity';
import { CustomerUpdateInput } from './customer.input';

@ObjectType({ description: 'The customer as it is now.' })
class CustomerUpdatePayload extends MutationPayload {
  @Field(() => Customer, { nullable: true, description: 'The customer; null when there are errors.' })
  customer?: Customer | null;
}

@Resolver()
export class CustomerUpdateResolver {
  constructor(
    private readonly identity: Pick<IdentityService, 'updateCustomer'>,
    private readonly database: Database,
  ) {}

  @Mutation(() => CustomerUpdatePayload, {
    nullable: true,
    description:
      'Gives the caller’s own account another name or segment. Needs customer:update. Event: customer.updated. Costs nothing.',
  })
  @Can('customer:update')
  async customerUpdate(
    @Arg('input', () => CustomerUpdateInput, { description: 'What is to be another.' })
    input: CustomerUpdateInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerUpdatePayload> {
    const id = actingCustomer(principal);
    await this.identity.updateCustomer(id, input);
    const selection = selectionOf(info, 'customer');
    return {
      customer: await this.database.read.one(Customer, { scope: tenant(id), where: { id }, selection }),
      errors: [],
    };
  }
}
