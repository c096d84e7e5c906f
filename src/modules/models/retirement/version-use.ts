/**
 * What models must know of those who serve versions, who come later in the house: aliases point only at what is warm, and
 * what serves is not retired.
 */
export interface VersionUse {
  /** It could answer this very moment. */
  isWarm(versionId: string): boolean;
  /** Who would miss it, each in words, e.g. `the deployment wages`. Asked within the transaction that retires it. */
  usersOf(versionId: string): Promise<readonly string[]>;
}
