/**
 * Numbers that a state gives a person. Those whose form or check digits tell them are found anywhere; others, and passports,
 * after the word for them.
 */
import isIdentityCard from 'validator/lib/isIdentityCard';
import isTaxID from 'validator/lib/isTaxID';
import { type Candidate, digitsOf, findAll, type Finding } from './finding';

interface Form {
  readonly pattern: RegExp;
  readonly isOne?: (match: string) => boolean;
}

const FORMS: readonly Form[] = [
  // United States: Social Security number.
  { pattern: /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g },
  // United Kingdom: National Insurance number.
  {
    pattern:
      /(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g,
  },
  // Brazil: CPF.
  { pattern: /(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)/g, isOne: (match) => isTaxID(match, 'pt-BR') },
  // Spain: DNI and NIE.
  {
    pattern: /(?<!\w)(?:\d{8}|[XYZ]-?\d{7})-?[A-Z](?!\w)/g,
    isOne: (match) => isIdentityCard(match.replaceAll('-', ''), 'ES'),
  },
  // Italy: codice fiscale.
  { pattern: /(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)/gi },
  // Sweden: personnummer.
  { pattern: /(?<!\w)(?:\d{2})?\d{6}[-+]\d{4}(?!\w)/g, isOne: (match) => isTaxID(match.slice(-11), 'sv-SE') },
  // France: numéro de sécurité sociale, with its key.
  { pattern: /(?<!\w)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\w)/g, isOne: isFrench },
];

const NAMED =
  /(?<!\p{L})(?:ssn|social security|national insurance|nino|tax ?id|tin|passport|steuer-?id\p{L}*|reisepass\p{L}*|personalausweis\p{L}*|sozialversicherungs\p{L}*|pesel|cpf|dni|nie|curp|bsn|aadhaar|pan card|id card|identity card|driver'?s licen[cs]e|numéro de sécurité sociale|passeport|codice fiscale|personnummer|pasaporte)(?:[\s:#=]+(?:is|was|no|nr|num(?:ber)?|number|nummer|ist|lautet|est|es|é)\b\.?){0,3}[\s:#=]{0,3}(?<id>[A-Z]{0,3} ?\d[\dA-Z]*(?:[ ./-]\d[\dA-Z]*){0,5})(?![\p{L}\p{N}])/giu;
const FEWEST_DIGITS = 5;

export function nationalIdsIn(text: string): Finding[] {
  const found = FORMS.flatMap(({ pattern, isOne }) =>
    findAll(text, pattern, ({ match, start }) => (isOne && !isOne(match) ? undefined : idAt(match, start))),
  );
  return [...found, ...findAll(text, NAMED, named)];
}

function named({ match, start, groups }: Candidate): Finding | undefined {
  const id = groups['id']!;
  return digitsOf(id).length < FEWEST_DIGITS ? undefined : idAt(id, start + match.length - id.length);
}

function idAt(match: string, start: number): Finding {
  const value = match.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  return { kind: 'NATIONAL_ID', start, end: start + match.length, value };
}

/** The key is what is missing from the number to a multiple of 97. */
function isFrench(match: string): boolean {
  const digits = digitsOf(match);
  return 97 - Number(BigInt(digits.slice(0, 13)) % 97n) === Number(digits.slice(13));
}
