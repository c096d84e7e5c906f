/** Adds to a customer what Stripe's meters say of its usage, and what of charges is to be returned. */
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Cost, Needs, periodAsked, PeriodInput, type RequestContext } from '../../../platform/graphql';
import { authorize, Customer } from '../../identity';
import { decimalOf } from './meter-plan';
import type { MeterReconciliationService } from './meter-reconciliation.service';
import { MeterReconciliation } from './meter.type';
import type { ChargesLeftLoader } from './taken-back.loader';
import { ChargeReturn, UnreturnedCharge } from './unreturned-charge.type';

/** Two questions to Stripe. */
const STRIPE_COST = 20;

@Resolver(() => Customer)
export class CustomerMeterResolver {
  constructor(
    private readonly reconciliation: MeterReconciliationService,
    private readonly chargesLeft: ChargesLeftLoader,
  ) {}

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

  @FieldResolver(() => [UnreturnedCharge], {
    description:
      'Charges that were reversed and that the customer does not have back yet, by the period in which they were used, oldest first; empty when all are returned. Needs billing:read.',
  })
  @Needs('id')
  async unreturnedCharges(
    @Root() { id }: Customer,
    @Ctx() context: RequestContext,
  ): Promise<UnreturnedCharge[]> {
    authorize(context, 'billing:read');
    const charges = await this.chargesLeft(context).load(id);
    return charges.map(({ period, micros, currency, isSetOff }) => ({
      period,
      amount: decimalOf(micros),
      currency,
      returned: isSetOff ? ChargeReturn.NEXT_INVOICES : ChargeReturn.BY_REFUND,
    }));
  }
}
