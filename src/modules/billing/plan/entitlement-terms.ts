/** What a plan entitles to, as it is kept with the plan: the limit of the period, the share of the queue, the models. */

/** What happens when a limit is reached. */
export enum OveragePolicy {
  REFUSE = 'REFUSE',
  CHARGE = 'CHARGE',
}

export interface EntitlementTerms {
  /** Requests in a billing period; null = without limit. */
  readonly requests: number | null;
  readonly overage: OveragePolicy;
  /** Weight in the fair queue of inference. */
  readonly weight: number;
  /** Names of the models that may be called; null = all. */
  readonly models: readonly string[] | null;
}

/** The limit at which requests are refused: none where overage is charged. */
export function hardLimit({ requests, overage }: EntitlementTerms): number | null {
  return overage === OveragePolicy.REFUSE ? requests : null;
}
