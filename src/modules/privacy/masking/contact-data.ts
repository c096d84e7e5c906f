/** Addresses by which a person or a machine of theirs is reached: e-mail, telephone, IP. */
import { isIP } from 'node:net';
import { type CountryCode, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { before, type Budget, type Candidate, digitsOf, findAll, type Finding, whole } from './finding';

/** The local part and the labels are bounded, as RFC 5321 bounds them: a long word without an @ costs no more than its length. */
const EMAIL = /[\p{L}\p{N}_][\p{L}\p{N}_.%+'-]{0,63}@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/gu;
/** As people write it who do not want it to be found by machines: with brackets, or with both signs as words. */
const AT = String.raw`\s?[[({]\s?at\s?[\])}]\s?`;
const DOT = String.raw`\s?[[({]\s?dot\s?[\])}]\s?`;
const LABEL = String.raw`[a-z][\w-]{1,24}`;
const SPELLED_EMAIL = new RegExp(
  String.raw`\b[\w.+-]{1,64}(?:${AT}[\w-]{1,63}(?:(?:${DOT}|\sdot\s|\.)${LABEL}){1,3}|\sat\s[\w-]{1,63}(?:(?:${DOT}|\sdot\s)${LABEL}){1,3})`,
  'giu',
);
const SPELLED = /[[({]\s?(?:at|dot)\s?[\])}]|\sdot\s/i;

/** Digits with what is written between those of a number, however many: a part of a longer run is none. */
const PHONE = /(?<![\p{L}\p{N}_.,/:-])(?:\+|00)?\(?\d(?:[ \u00a0.()/-]{0,3}\d)*(?![\p{L}\p{N}_]|[.,:]\d)/gu;
/** ITU-T E.164, and what `00` adds to it. */
const FEWEST_DIGITS = 7;
const MOST_DIGITS = 17;
const LONGEST = 40;
const INTERNATIONAL = /^(?:\+|00)/;
const TEN_DIGITS = String.raw`(?:1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}`;
const NORTH_AMERICAN = new RegExp(`^${TEN_DIGITS}$`);
/** Told by its groups alone, also where other numbers stand around it. */
const AMONG_OTHERS = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.,/:+-])${TEN_DIGITS}(?![\p{L}\p{N}_]|[.,:/-]\d)`,
  'gu',
);
/** With the digit that is dialled within a country, and something between area and number. */
const NATIONAL = /^\(?0\d{1,5}\)?[ \u00a0/.-]/;
/** Where a number that begins with 0 may belong. */
const COUNTRIES: readonly CountryCode[] = ['DE', 'GB', 'FR', 'IT', 'NL', 'AT', 'CH', 'BE', 'AU', 'IN', 'JP'];
/** To look a number up in the plan of a country takes 10 to 20 µs, what so many letters take to be read. */
const LOOK_UP_LETTERS = 100;
const DATE = /^(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?: |$)/;
const CALLED =
  /(?:phone|\btel|\bcell|mobile|whats ?app|\bcall|\btext (?:me|him|her|us)|\bsms|\bdial|\bfax|ring me|reach (?:me|him|her|us) (?:at|on)|rufnummer|handy|anruf|téléphone|portable|appelez|teléfono|móvil|celular|ll[aá]m|cellulare|telefone)[^\d\n]{0,20}$/iu;

const IP_V4 = /(?<![\p{L}\p{N}_.-])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}_-]|\.\d)/gu;
const VERSION = /(?:\bv|version|release|build|firmware|section|chapter)[ .:]{0,2}$/i;
const IP_V6 = /(?<![\p{L}\p{N}_:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\p{L}\p{N}_:])/giu;

export function emailsIn(text: string): Finding[] {
  const plain = text.includes('@') ? findAll(text, EMAIL, emailOf) : [];
  return SPELLED.test(text) ? [...plain, ...findAll(text, SPELLED_EMAIL, spelledEmailOf)] : plain;
}

export function phonesIn(text: string, budget: Budget): Finding[] {
  const found = findAll(text, PHONE, (candidate) => {
    const number = phoneOf(candidate, budget);
    if (number !== undefined) return whole('PHONE', candidate, number);
    // Hours, a date or another number may follow.
    for (let match = shorter(candidate.match); match; match = shorter(match)) {
      const beginning = internationalOf(match, budget);
      if (beginning !== undefined) return whole('PHONE', { ...candidate, match }, beginning);
    }
    return undefined;
  });
  return [...found, ...findAll(text, AMONG_OTHERS, (one) => whole('PHONE', one, northAmerican(one.match)))];
}

/** Without the last of its groups; undefined where none would be left, and for what begins like no number of another country. */
function shorter(match: string): string | undefined {
  if (!INTERNATIONAL.test(match)) return undefined;
  const begun = match.slice(0, LONGEST);
  const cut = begun.replace(/[ \u00a0.()/-]*[ \u00a0][^ \u00a0]*$/, '');
  return cut.length < begun.length ? cut : undefined;
}

function internationalOf(match: string, budget: Budget): string | undefined {
  const digits = digitsOf(match);
  if (!INTERNATIONAL.test(match) || digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS)
    return undefined;
  const number = lookedUp(budget, `+${digits.replace(/^00/, '')}`);
  return number?.isPossible() ? number.number : undefined;
}

/** Nothing once the budget is spent: whoever set it takes no answer then. */
function lookedUp(budget: Budget, match: string, country?: CountryCode): PhoneNumber | undefined {
  budget.letters -= LOOK_UP_LETTERS;
  return budget.letters < 0 ? undefined : parsePhoneNumberFromString(match, country);
}

function northAmerican(match: string): string {
  return `+1${digitsOf(match).slice(-10)}`;
}

export function ipAddressesIn(text: string): Finding[] {
  const address = (candidate: Candidate): Finding | undefined =>
    isIP(candidate.match) > 0 ? whole('IP_ADDRESS', candidate, candidate.match.toLowerCase()) : undefined;
  return [
    ...findAll(text, IP_V4, (one) => (VERSION.test(before(one, 12)) ? undefined : address(one))),
    // Without a digit it is a name in a program: `abc::def`.
    ...(text.includes(':')
      ? findAll(text, IP_V6, (one) => (/\d/.test(one.match) ? address(one) : undefined))
      : []),
  ];
}

function emailOf(candidate: Candidate): Finding {
  return whole('EMAIL', candidate, candidate.match.toLowerCase());
}

function spelledEmailOf(candidate: Candidate): Finding {
  const plain = candidate.match
    .replace(/\s?[[({]?\s?\bat\b\s?[\])}]?\s?/i, '@')
    .replace(/\s?[[({]?\s?\bdot\b\s?[\])}]?\s?/gi, '.');
  return whole('EMAIL', candidate, plain.replace(/\s/g, '').toLowerCase());
}

/** The number in one spelling; undefined for what is not one: a date, an order, an amount. */
function phoneOf(candidate: Candidate, budget: Budget): string | undefined {
  const { match } = candidate;
  const { length } = digitsOf(match.slice(0, LONGEST));
  if (match.length > LONGEST || length < FEWEST_DIGITS || length > MOST_DIGITS) return undefined;
  const international = internationalOf(match, budget);
  if (international !== undefined) return international;
  if (DATE.test(match)) return undefined;
  if (NORTH_AMERICAN.test(match)) return northAmerican(match);
  if (NATIONAL.test(match)) {
    for (const country of COUNTRIES) {
      const number = lookedUp(budget, match, country);
      if (number?.isValid()) return number.number;
    }
  }
  return CALLED.test(before(candidate, 40)) ? digitsOf(match) : undefined;
}
