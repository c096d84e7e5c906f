/**
 * Cohorts: the customers who paid for the first time in one month, and what is left of them month by month. Made of sums of
 * movements, so that the cohorts of any month add up to what is paid in it.
 */

/** How the revenue and the paying customers of one cohort moved in one month. */
export interface CohortMove {
  /** First days of months. */
  readonly cohort: string;
  readonly month: string;
  readonly delta: bigint;
  readonly customers: number;
}

export interface CohortMonth {
  readonly month: string;
  /** Months since the first. */
  readonly age: number;
  /** Who pays when it ends. */
  readonly customers: number;
  readonly revenue: bigint;
}

export interface CohortHistory {
  readonly month: string;
  readonly months: readonly CohortMonth[];
}

/**
 * Each cohort from its first month to the last one of `months`.
 * @param months without gaps, oldest first
 */
export function cohortsOf(moves: readonly CohortMove[], months: readonly string[]): CohortHistory[] {
  const cohorts = [...new Set(moves.map(({ cohort }) => cohort))].sort();
  return cohorts.map((cohort) => {
    const own = new Map(moves.filter((move) => move.cohort === cohort).map((move) => [move.month, move]));
    let [customers, revenue] = [0, 0n];
    const since = months.filter((month) => month >= cohort);
    const history = since.map((month, age) => {
      const move = own.get(month);
      customers += move?.customers ?? 0;
      revenue += move?.delta ?? 0n;
      return { month, age, customers, revenue };
    });
    return { month: cohort, months: history };
  });
}
