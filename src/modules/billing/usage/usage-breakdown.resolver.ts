/** Adds to a report who used it, and to a customer what another plan would have come to. */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { Needs, periodAsked, PeriodInput, type RequestContext } from '../../../platform/graphql';
import { authorize, Customer, EndUser, type IdentityModule } from '../../identity';
import type { UsageBreakdownService } from './usage-breakdown.service';
import { UsageByCaller, UsageByEndUser, UsageWhatIf } from './usage-breakdown.type';
import { UsageReport } from './usage.type';

const DEFAULT_LINES = 25;
const MOST_LINES = 100;
const FIRST = `How many at most, 1–${MOST_LINES}.`;

@Resolver(() => UsageReport)
export class UsageReportResolver {
  constructor(private readonly breakdown: UsageBreakdownService) {}

  @FieldResolver(() => [UsageByCaller], {
    description: 'One line an API key, member or token that called, most used first.',
  })
  byCaller(
    @Root() report: UsageReport,
    @Arg('first', () => Int, { defaultValue: DEFAULT_LINES, description: FIRST }) first: number,
    @Ctx() context: RequestContext,
  ): Promise<UsageByCaller[]> {
    return this.breakdown.byCaller(report, checked(first), context);
  }

  @FieldResolver(() => [UsageByEndUser], {
    description: 'One line an end user for whom it was, most used first.',
  })
  byEndUser(
    @Root() report: UsageReport,
    @Arg('first', () => Int, { defaultValue: DEFAULT_LINES, description: FIRST }) first: number,
    @Ctx() context: RequestContext,
  ): Promise<UsageByEndUser[]> {
    return this.breakdown.byEndUser(report, checked(first), context);
  }
}

@Resolver(() => UsageByEndUser)
export class UsageByEndUserResolver {
  constructor(private readonly identity: IdentityModule) {}

  @FieldResolver(() => EndUser, {
    nullable: true,
    description: 'The person; null for calls that named nobody, and for people who were forgotten.',
  })
  endUser(
    @Root() { endUserId }: UsageByEndUser,
    @Ctx() context: RequestContext,
  ): Promise<EndUser | null> | null {
    return endUserId === null ? null : this.identity.loaders.endUserById(context).load(endUserId);
  }
}

@Resolver(() => Customer)
export class CustomerWhatIfResolver {
  constructor(private readonly breakdown: UsageBreakdownService) {}

  @FieldResolver(() => UsageWhatIf, {
    description:
      'What the usage of a time would have come to under another plan on sale, and how that compares. Needs billing:read.',
  })
  @Needs('id')
  async usageWhatIf(
    @Root() { id }: Customer,
    @Arg('plan', () => String, { description: 'Short name of the other plan: FREE, PRO, SCALE, ENTERPRISE.' })
    plan: string,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'Which time, of the past as well; absent = the present billing period.',
    })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<UsageWhatIf> {
    authorize(context, 'billing:read');
    return this.breakdown.whatIf(id, plan, periodAsked(period), context);
  }
}

/** @throws AppError INVALID_INPUT for none, or for more than are shown at a time. */
function checked(first: number): number {
  if (first < 1 || first > MOST_LINES)
    throw invalidInput(['first'], `Ask for 1 to ${MOST_LINES} at a time.`, 'range');
  return first;
}
