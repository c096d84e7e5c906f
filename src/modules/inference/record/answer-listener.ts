/** Who is told of answers that were written down, to count them without keeping them. */
export interface GivenAnswer {
  readonly deploymentId: string;
  readonly versionId: string;
  readonly customerId: string;
  readonly endUserId: string | null;
  readonly rows: unknown;
  readonly outputs: unknown;
}

export interface AnswerListener {
  /** After the commit of the answer; it is waited for, so nothing is awaited here. */
  answered(answer: GivenAnswer): void;
}
