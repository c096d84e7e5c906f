/** What a plan entitles to, as it is kept with the plan: limits of the period, rates, the share of the queue, models and features. */

/** What happens when a limit is reached. */
export enum OveragePolicy {
  REFUSE = 'REFUSE',
  CHARGE = 'CHARGE',
}

/** What a plan may leave out. */
export enum PlanFeature {
  TEXT_GENERATION = 'TEXT_GENERATION',
  EXPLANATIONS = 'EXPLANATIONS',
}

/** How fast the servers of a customer may call the API together, in units of operation cost. */
export interface PlanRate {
  /** The most that may be spent at once. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface EntitlementTerms {
  /** Requests in a billing period, for each seat; null = without limit. */
  readonly requests: number | null;
  readonly overage: OveragePolicy;
  /** Weight in the fair queue of inference. */
  readonly weight: number;
  /** Names of the models that may be called; null = all. */
  readonly models: readonly string[] | null;
  /** null = all. Versions from before there were any leave it out, and leave nothing out. */
  readonly features?: readonly PlanFeature[] | null;
  /** null = what everyone has. Versions from before there were rates leave it out. */
  readonly rate?: PlanRate | null;
}

/** What so many seats of a plan entitle to: each brings the requests of one. Weight and rate are the customer's as a whole. */
export function forSeats(terms: EntitlementTerms, seats: number): EntitlementTerms {
  return terms.requests === null ? terms : { ...terms, requests: terms.requests * seats };
}

/** The limit at which requests are refused: none where overage is charged. */
export function hardLimit({ requests, overage }: EntitlementTerms): number | null {
  return overage === OveragePolicy.REFUSE ? requests : null;
}
