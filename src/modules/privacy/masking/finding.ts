/** A piece of a text that says who somebody is, and how its parts are found. */

export type PersonalDataKind = 'EMAIL' | 'PHONE' | 'CARD' | 'IBAN' | 'IP_ADDRESS' | 'NATIONAL_ID' | 'NAME';

export interface Finding {
  readonly kind: PersonalDataKind;
  /** Where it stands in the text: from this place to before that one, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** In one spelling, however it was written: the same address, number or name is the same value. */
  readonly value: string;
}

/** Letters that may still be read: what takes longer than reading them counts as more of them. */
export interface Budget {
  letters: number;
}

export const UNBOUNDED: Budget = { letters: Infinity };

/** What a pattern found, with the text in which it stands. */
export interface Candidate {
  readonly match: string;
  readonly start: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Answers the finding that a candidate is, or undefined when it only looks like one. */
export type Verdict = (candidate: Candidate) => Finding | undefined;

/** Every match of a pattern (with its global flag) that the verdict lets stand. */
export function findAll(text: string, pattern: RegExp, verdict: Verdict): Finding[] {
  const found: Finding[] = [];
  for (const { 0: match, index: start, groups = {} } of text.matchAll(pattern)) {
    const finding = verdict({ match, start, groups, text });
    if (finding) found.push(finding);
  }
  return found;
}

/** The whole match, as a value in one spelling. */
export function whole(kind: PersonalDataKind, { match, start }: Candidate, value: string): Finding {
  return { kind, start, end: start + match.length, value };
}

/** What stands right before a candidate. */
export function before({ text, start }: Pick<Candidate, 'text' | 'start'>, letters: number): string {
  return text.slice(Math.max(0, start - letters), start);
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
