/** Comparisons with Stripe as staff asks for them and reads them. */
import type { GraphQLResolveInfo } from 'graphql';
import { IsOptional, Length } from 'class-validator';
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import type { BillingAccountService } from '../subscription/billing-account.service';
import { BillingReconciliation, BillingReconciliationConnection } from './billing-reconciliation.entity';
import type { BillingReconciliationService } from './billing-reconciliation.service';

@InputType({ description: 'What to compare with Stripe.' })
class BillingReconcileInput {
  @Field(() => ID, { nullable: true, description: 'One customer; absent = all.' })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Repeating the call with the same key and input answers the first result and does nothing anew.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The comparison, which a job carries out.' })
class BillingReconcilePayload extends MutationPayload {
  @Field(() => BillingReconciliation, {
    nullable: true,
    description: 'The comparison; null when there are errors. Read it again by its id until it is DONE.',
  })
  reconciliation?: BillingReconciliation | null;
}

@Resolver()
export class BillingReconciliationResolver {
  constructor(
    private readonly database: Database,
    private readonly reconciliations: BillingReconciliationService,
    private readonly accounts: BillingAccountService,
  ) {}

  @Query(() => BillingReconciliationConnection, {
    nullable: true,
    description: 'Comparisons with Stripe, newest first. Needs billing:reconcile.',
  })
  @Can('billing:reconcile')
  async billingReconciliations(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BillingReconciliationConnection> {
    const rows = await this.database.read.page(BillingReconciliation, {
      scope,
      selection: selectionOf(info),
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Mutation(() => BillingReconcilePayload, {
    nullable: true,
    description:
      'Compares our mirror with Stripe and puts right what differs; it also runs once a day by itself. Needs billing:reconcile. Events: billing-reconciliation.ordered, billing-reconciliation.done. Costs nothing.',
  })
  @Can('billing:reconcile')
  async billingReconcile(
    @Arg('input', () => BillingReconcileInput, { description: 'Whom.' })
    { customerId }: BillingReconcileInput,
  ): Promise<BillingReconcilePayload> {
    if (customerId && !(await this.accounts.accountOf(customerId))) throw notFound(['input', 'customerId']);
    const id = await this.reconciliations.order(customerId ?? null);
    const { unitOfWork } = this.database;
    // Inside of its transaction, where a keyed call is: nobody else sees the row yet.
    const reconciliation = await unitOfWork.run(SERVICE, () =>
      unitOfWork.repository(BillingReconciliation).findOneBy({ id }),
    );
    return { reconciliation, errors: [] };
  }
}
