/**
 * What people decided about their data and must stay decided, as a note says it: who and what, in ids. Its name tells enough to see
 * in the database whether the note need be opened.
 */
import type { Person } from '../person.service';
import type { ConsentPurpose } from '../consent-purpose';

export type DecisionKind = 'erased' | 'withdrawn' | 'restriction';

export interface Decision extends Person {
  readonly kind: DecisionKind;
  /** Of a consent that was withdrawn. */
  readonly purpose?: ConsentPurpose;
  /** False where a restriction was lifted. */
  readonly stands: boolean;
  readonly at: string;
  /** The event that told of it; none for an erasure, whose mark is in the database before its note is written. */
  readonly eventId?: string;
}

export interface NamedDecision {
  readonly note: string;
  readonly endUserId: string;
  readonly kind: DecisionKind;
  readonly purpose: string | null;
}

const NAME = /^\d{4}-\d{2}\/(\w+)\.(?:(erased|restriction)|withdrawn\.(\w+))$/;

/** One note for a person, a decision and a month: said twice it is one, and what was said last stands. */
export function noteOf({
  endUserId,
  kind,
  purpose,
  at,
}: Pick<Decision, 'endUserId' | 'kind' | 'purpose' | 'at'>): string {
  return `${monthOf(new Date(at))}/${endUserId}.${kind}${purpose ? `.${purpose}` : ''}`;
}

/** Undefined for a name that is of something else. */
export function named(note: string): NamedDecision | undefined {
  const [, endUserId, plain, purpose = null] = NAME.exec(note) ?? [];
  if (endUserId === undefined) return undefined;
  return { note, endUserId, kind: (plain as DecisionKind | undefined) ?? 'withdrawn', purpose };
}

/** Notes of this month and of later ones have names that come after it. */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

export function erasure({ customerId, endUserId }: Person, at: Date): Decision {
  return { customerId, endUserId, kind: 'erased', stands: true, at: at.toISOString() };
}
