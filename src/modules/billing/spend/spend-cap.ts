/** What a spend cap does when it is reached. */
export enum SpendCapKind {
  /** What it cannot pay for is refused. */
  HARD = 'HARD',
  /** People are told, and requests go on. */
  SOFT = 'SOFT',
}
