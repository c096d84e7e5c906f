/** Personal data in a text, found by rule: each piece once, where two rules want the same letters by the surer one. */
import { cardsIn, ibansIn } from './account-data';
import { emailsIn, ipAddressesIn, phonesIn } from './contact-data';
import { type Budget, type Finding, UNBOUNDED } from './finding';
import { nationalIdsIn } from './national-ids';
import { namesIn } from './person-names';

/** The surest first: what has check digits, or a form that nothing else has. All but e-mail and names have digits. */
const OF_DIGITS = [ibansIn, cardsIn, nationalIdsIn, ipAddressesIn, phonesIn] as const;

/** Bytes as base64, an image in most cases: what looks like a number in it is none. */
const ENCODED = /^(?:data:[\w/+.;=-]{1,100},)?[A-Za-z\d+/_-]{256,}={0,2}$/;

/** A single word is none, and most fields of a row are one. */
export function mayHoldPersonalData(text: string): boolean {
  return /[\s\d@]/.test(text) && !ENCODED.test(text);
}

/** In the order of the text, none over another. Not all of it where it takes more than the budget. */
export function personalDataIn(text: string, budget: Budget = UNBOUNDED): Finding[] {
  if (!mayHoldPersonalData(text)) return [];
  const rules = /\d/.test(text) ? [emailsIn, ...OF_DIGITS, namesIn] : [emailsIn, namesIn];
  const found = rules.flatMap((rule) => rule(text, budget));
  if (found.length < 2) return found;
  const taken = new Uint8Array(text.length);
  const kept = found.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}
