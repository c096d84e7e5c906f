/** Ports for feature tests: which variant a person gets, and that they met it. Implemented by a later module. */

/** One running feature test that concerns this prediction. */
export interface TestAssignment {
  readonly testId: string;
  readonly variantKey: string;
  /** The version that the variant serves; null when it leaves the choice to the deployment's routes. */
  readonly versionId: string | null;
}

/** Those whose variant answered: one whose version the deployment does not route to any more was not met. */
export function metBy(assignments: readonly TestAssignment[], answering: string): readonly TestAssignment[] {
  return assignments.filter(({ versionId }) => versionId === null || versionId === answering);
}

export interface AssignmentSource {
  /** From memory: it is asked once a prediction. Sticky for the end user; null = the prediction names none. */
  assign(
    customerId: string,
    endUserId: string | null,
    deploymentId: string,
  ): Promise<readonly TestAssignment[]>;
}

/** Someone was answered by a variant. */
export interface Exposure {
  readonly customerId: string;
  readonly endUserId: string | null;
  readonly testId: string;
  readonly variantKey: string;
  readonly inferenceId: string;
  readonly deploymentId: string;
  /** Equals `bornAt(inferenceId)`. */
  readonly createdAt: Date;
}

export interface ExposureSink {
  /** Writes them in the caller's service unit of work, where the person consents now. */
  record(exposures: readonly Exposure[]): Promise<void>;
}
