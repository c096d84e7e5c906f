/**
 * What a request says, read name by name. What nobody has read by the end is refused by its name: the sandbox never
 * takes a parameter that it would then ignore.
 */
import type { Form } from './form';
import { badParameter } from './refusal';

export type Metadata = Record<string, string>;

/** What Stripe lets one object carry of its caller's own. */
const METADATA = { keys: 50, keyLength: 40, valueLength: 500 };
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((currency) => currency.toLowerCase()));

export class Parameters {
  private readonly read = new Set<string>();
  private readonly opened = new Map<string, Parameters>();

  constructor(
    private readonly form: Form,
    private readonly path = '',
  ) {}

  /** The name of a parameter as errors give it: `items[0][price]`. */
  name(key: string): string {
    return this.path ? `${this.path}[${key}]` : key;
  }

  has(key: string): boolean {
    return key in this.form;
  }

  keys(): string[] {
    return Object.keys(this.form);
  }

  /** Whether something is nested under a name. */
  isGroup(key: string): boolean {
    return typeof this.form[key] === 'object';
  }

  text(key: string): string | undefined {
    this.read.add(key);
    const value = this.form[key];
    if (typeof value === 'object')
      throw badParameter(this.name(key), `Invalid string: ${JSON.stringify(value)}`);
    return value;
  }

  required(key: string): string {
    const value = this.text(key);
    if (value === undefined)
      throw badParameter(this.name(key), `Missing required param: ${this.name(key)}.`, 'parameter_missing');
    if (value === '') {
      const message = `You passed an empty string for '${this.name(key)}'. We assume empty values are an attempt to unset a parameter; however '${this.name(key)}' cannot be unset.`;
      throw badParameter(this.name(key), message, 'parameter_invalid_empty');
    }
    return value;
  }

  /** An empty value unsets: null. Absent: undefined. */
  nullable(key: string): string | null | undefined {
    const value = this.text(key);
    return value === '' ? null : value;
  }

  /** A currency in lower case, as answers have it. */
  currency(key: string): string | undefined {
    const value = this.text(key)?.toLowerCase();
    if (value === undefined || CURRENCIES.has(value)) return value;
    throw badParameter(
      this.name(key),
      `Invalid currency: ${value}. A currency is a three-letter ISO code in lower case, such as usd.`,
    );
  }

  requiredCurrency(key: string): string {
    this.required(key);
    return this.currency(key)!;
  }

  integer(key: string): number | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number))
      throw badParameter(this.name(key), `Invalid integer: ${value}`, 'parameter_invalid_integer');
    return number;
  }

  /** An integer that is not below `least`. */
  count(key: string, least: number): number | undefined {
    const value = this.integer(key);
    if (value !== undefined && value < least) {
      const message = `This value must be greater than or equal to ${least}.`;
      throw badParameter(this.name(key), message, 'parameter_invalid_integer');
    }
    return value;
  }

  boolean(key: string): boolean | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false')
      throw badParameter(this.name(key), `Invalid boolean: ${value}`);
    return value === 'true';
  }

  choice<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const value = this.text(key);
    if (value === undefined || (allowed as readonly string[]).includes(value)) return value as T | undefined;
    throw badParameter(this.name(key), `Invalid ${this.name(key)}: must be one of ${allowed.join(', ')}`);
  }

  /** What is nested under a name. */
  group(key: string): Parameters | undefined {
    this.read.add(key);
    const value = this.form[key];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') throw badParameter(this.name(key), 'Invalid object');
    const group = this.opened.get(key) ?? new Parameters(value, this.name(key));
    this.opened.set(key, group);
    return group;
  }

  requiredGroup(key: string): Parameters {
    const group = this.group(key);
    if (group) return group;
    throw badParameter(this.name(key), `Missing required param: ${this.name(key)}.`, 'parameter_missing');
  }

  groups(key: string): Parameters[] {
    const list = this.group(key);
    return list ? Object.keys(list.form).map((index) => list.requiredGroup(index)) : [];
  }

  texts(key: string): string[] {
    const list = this.group(key);
    return list ? Object.keys(list.form).map((index) => list.required(index)) : [];
  }

  /** `current` with what the request sets and unsets. */
  metadata(current: Metadata = {}): Metadata {
    const group = this.group('metadata');
    if (this.form.metadata === '') return {};
    if (!group) return current;
    const next = { ...current };
    for (const key of Object.keys(group.form)) {
      const value = group.nullable(key);
      if (value === null || value === undefined) delete next[key];
      else next[key] = value;
      assertFits(group.name(key), 'keys', 'key', key, METADATA.keyLength);
      assertFits(group.name(key), 'values', 'value', value ?? '', METADATA.valueLength);
    }
    const { length } = Object.keys(next);
    if (length > METADATA.keys) {
      const message = `Metadata can have up to ${METADATA.keys} keys, but this object would have ${length}.`;
      throw badParameter(this.name('metadata'), message);
    }
    return next;
  }

  /** @throws Refusal naming the first parameter that nobody has read. */
  assertAllRead(operation: string): void {
    for (const key of Object.keys(this.form)) {
      if (this.read.has(key)) continue;
      const message = `Received unknown parameter: ${this.name(key)}. (The sandbox, which is not Stripe, does not know it in ${operation}.)`;
      throw badParameter(this.name(key), message, 'parameter_unknown');
    }
    for (const group of this.opened.values()) group.assertAllRead(operation);
  }
}

function assertFits(param: string, nouns: string, noun: string, text: string, most: number): void {
  if (text.length <= most) return;
  throw badParameter(
    param,
    `Metadata ${nouns} can have up to ${most} characters, but you passed in a ${noun} that is ${text.length} characters. Invalid ${noun}: ${text}`,
  );
}
