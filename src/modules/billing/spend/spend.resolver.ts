/** The spend cap, and how far the present period has come, for those who pay. */
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { money, roundToMinor, subtractDecimals } from '../../../kernel/money';
import { moneyOf, Needs, type RequestContext } from '../../../platform/graphql';
import { actingCustomer, authorize, Can, Customer } from '../../identity';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { SpendCapSetInput } from './spend.input';
import type { SpendLoaders } from './spend.loader';
import { SpendCapPayload, Spending } from './spend.type';
import type { SpendCapService } from './spend-cap.service';

@Resolver(() => Customer)
export class SpendResolver {
  constructor(
    private readonly caps: SpendCapService,
    private readonly loaders: SpendLoaders,
    private readonly terms: CustomerTermsService,
  ) {}

  @Mutation(() => SpendCapPayload, {
    nullable: true,
    description:
      'Caps what usage may cost in a billing period beside what credits pay; requests beyond it are refused, or people only told. Needs billing:update. Event: spend-cap.set. Costs nothing.',
  })
  @Can('billing:update')
  async spendCapSet(
    @Arg('input', () => SpendCapSetInput, { description: 'The cap.' })
    { amountMinor = null, kind }: SpendCapSetInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SpendCapPayload> {
    const customerId = actingCustomer(principal);
    await this.caps.set(customerId, amountMinor, kind);
    if (amountMinor === null) return { spendCap: null, kind: null, errors: [] };
    const { plan } = await this.terms.of(customerId);
    return { spendCap: moneyOf(money(amountMinor, plan.currency)), kind, errors: [] };
  }

  @FieldResolver(() => Spending, {
    description: 'What usage costs in the present billing period, and what caps it. Needs billing:read.',
  })
  @Needs('id')
  async spending(@Root() { id }: Customer, @Ctx() context: RequestContext): Promise<Spending> {
    authorize(context, 'billing:read');
    const { plan, period, spendCapMinor, spendCapKind } = await this.terms.of(id);
    const question = `${id} ${period.from.toISOString()}`;
    const [standing, alerts] = await Promise.all([
      this.loaders.standingOf(context).load(question),
      this.loaders.alertsOf(context).load(question),
    ]);
    const { charged, credited } = standing;
    const amount = (minor: bigint) => moneyOf(money(minor, plan.currency));
    return {
      period,
      cap: spendCapMinor === null ? null : amount(BigInt(spendCapMinor)),
      capKind: spendCapMinor === null ? null : spendCapKind,
      charged,
      credited,
      owed: amount(roundToMinor(subtractDecimals(charged, credited))),
      alerts,
    };
  }
}
