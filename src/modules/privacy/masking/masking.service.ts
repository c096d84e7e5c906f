/**
 * Puts a token in the place of personal data before what a person sent is kept. The token is a keyed hash: the same address of
 * the same customer's people has the same one, so that rows can still be joined, and nobody without the key can try addresses
 * until one fits.
 */
import type { Crypto } from '../../../platform/crypto';
import type { Budget, Finding } from './finding';
import { mayHoldPersonalData, personalDataIn } from './personal-data';

const PURPOSE = 'masking';
/** Letters, which no rule takes for a number: what is masked stays as it is when it is masked again. 26^12 is 56 bits. */
const TOKEN_LETTERS = 12;

/** Of one value: a quarter of a million takes some 20 ms, during which nobody else is served. */
const MOST_LETTERS = 250_000;

export class MaskingService {
  constructor(private readonly crypto: Pick<Crypto, 'mac'>) {}

  /**
   * The same value with tokens, `[EMAIL:…]`, in its texts; names of fields, numbers and everything else are left as they are.
   * Undefined for more than 250,000 letters of text, or for less with thousands of numbers to be looked up: it would have to be read
   * while everybody waits.
   */
  mask(customerId: string, value: unknown): unknown {
    const budget = { letters: MOST_LETTERS };
    const masked = this.within(budget, customerId, value);
    return budget.letters < 0 ? undefined : masked;
  }

  private within(budget: Budget, customerId: string, value: unknown): unknown {
    if (typeof value === 'string') return this.text(budget, customerId, value);
    if (Array.isArray(value)) {
      const masked = value.map((one) => this.within(budget, customerId, one));
      return masked.every((one, at) => one === value[at]) ? value : masked;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(
      ([key, one]) => [key, one, this.within(budget, customerId, one)] as const,
    );
    if (entries.every(([, one, masked]) => one === masked)) return value;
    return Object.fromEntries(entries.map(([key, , masked]) => [key, masked]));
  }

  private text(budget: Budget, customerId: string, text: string): string {
    if (!mayHoldPersonalData(text)) return text;
    budget.letters -= text.length;
    if (budget.letters < 0) return text;
    let masked = '';
    let at = 0;
    const found = personalDataIn(text, budget);
    if (budget.letters < 0) return text;
    for (const finding of found) {
      masked += text.slice(at, finding.start) + this.token(customerId, finding);
      at = finding.end;
    }
    return at === 0 ? text : masked + text.slice(at);
  }

  private token(customerId: string, { kind, value }: Finding): string {
    const mac = this.crypto.mac(PURPOSE, `${customerId}\n${kind}\n${value}`);
    const letters = mac.toLowerCase().replace(/[^a-z]/g, '');
    return `[${kind}:${letters.slice(0, TOKEN_LETTERS)}]`;
  }
}
