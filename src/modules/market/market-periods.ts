/** Which time a view of the market is about, unless the question says. */
import type { Clock } from '../../kernel/clock';
import type { Period } from '../../kernel/period';
import { periodAsked, type PeriodInput } from '../../platform/graphql';

const DEFAULT_MONTHS = 12;
const RECENT_DAYS = 90;
const DAY_MS = 86_400_000;

export class MarketPeriods {
  constructor(private readonly clock: Clock) {}

  /** The last twelve months, the present one included, unless another time is asked for. */
  asked(period: PeriodInput | null | undefined): Period {
    return periodAsked(period) ?? { from: this.monthsAgo(DEFAULT_MONTHS - 1), to: this.monthsAgo(-1) };
  }

  /** The last ninety days, unless another time is asked for. */
  recent(period: PeriodInput | null | undefined): Period {
    const to = this.clock.now();
    return periodAsked(period) ?? { from: new Date(to.getTime() - RECENT_DAYS * DAY_MS), to };
  }

  /** The first instant of that month. */
  monthsAgo(months: number): Date {
    const now = this.clock.now();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  }
}
