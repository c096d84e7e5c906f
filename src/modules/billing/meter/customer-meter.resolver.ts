/** Adds to a customer what Stripe's meters say of its usage. */
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Cost, Needs, periodAsked, PeriodInput, type RequestContext } from '../../../platform/graphql';
import { authorize, Customer } from '../../identity';
import type { MeterReconciliationService } from './meter-reconciliation.service';
import { MeterReconciliation } from './meter.type';

/** Two questions to Stripe. */
const STRIPE_COST = 20;

@Resolver(() => Customer)
export class CustomerMeterResolver {
  constructor(private readonly reconciliation: MeterReconciliationService) {}

  @FieldResolver(() => [MeterReconciliation], {
    description:
      'Usage beside what Stripe was told and counts, one entry a meter. Stripe is asked as this is read. Needs billing:read.',
  })
  @Needs('id')
  @Cost(() => STRIPE_COST)
  async meters(
    @Root() { id }: Customer,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'Which time; absent = the present billing period.',
    })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<MeterReconciliation[]> {
    authorize(context, 'billing:read');
    return this.reconciliation.reconcile(id, periodAsked(period), context);
  }
}
