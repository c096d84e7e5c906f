/** Holds what went to and fro against the contract: unknown parameters, missing fields, fields nobody knows, wrong types. */
import { decodeForm, type Form } from '../../src/modules/billing/stripe/sandbox/request/form';
import type { Contract, ContractOperation, Shape } from './sandbox-contract';

/** One request of the client and its answer. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly body: string;
  readonly status: number;
  readonly answer: unknown;
}

export class ContractCheck {
  readonly covered = new Set<string>();
  readonly faults = new Set<string>();

  constructor(private readonly contract: Contract) {}

  see({ method, url, body, status, answer }: Exchange): void {
    if (status >= 300) return this.seeRefusal(`${method} ${url.split('?')[0]}`, answer);
    const [path, query = ''] = url.split('?');
    const operation = this.find(method, path!);
    if (!operation) {
      this.faults.add(`${method} ${path}: no operation of the contract`);
      return;
    }
    const name = `${method} ${operation.path}`;
    this.covered.add(name);
    const form = decodeForm([query, body].filter((part) => part !== '').join('&'));
    if (operation.parameters) this.add(name, 'asked', this.wanting(operation.parameters, form, '', asText));
    else if (Object.keys(form).length > 0) this.add(name, 'asked', ['takes no parameters']);
    this.add(name, 'answered', this.wanting(operation.answer, answer, '', asJson));
  }

  find(method: string, path: string): ContractOperation | undefined {
    const parts = path.split('/');
    const fits = ({ method: its, path: pattern }: ContractOperation): boolean => {
      const wanted = pattern.split('/');
      return (
        its === method &&
        wanted.length === parts.length &&
        wanted.every((part, place) => part === '*' || part === parts[place])
      );
    };
    const all = this.contract.operations.filter(fits);
    return all.find(({ path: pattern }) => pattern === path) ?? all[0];
  }

  private seeRefusal(name: string, answer: unknown): void {
    const { error } = (answer ?? {}) as { error?: Record<string, unknown> };
    for (const key of ['message', 'type', 'request_log_url']) {
      if (typeof error?.[key] !== 'string') this.faults.add(`${name}: refused without ${key}`);
    }
  }

  private add(operation: string, verb: string, faults: readonly string[]): void {
    for (const fault of faults) this.faults.add(`${operation} ${verb}: ${fault}`);
  }

  /** What is wrong with a value, of the alternative that comes nearest. */
  private wanting(shape: Shape, value: unknown, at: string, accepts: Scalars): string[] {
    switch (shape.kind) {
      case 'any':
        return [];
      case 'list':
        return this.listWanting(shape.of, value, at, accepts);
      case 'object':
        return this.objectWanting(shape.at, value, at, accepts);
      case 'union': {
        let best: string[] | undefined;
        for (const one of shape.of) {
          const faults = this.wanting(one, value, at, accepts);
          if (faults.length === 0) return faults;
          // An alternative of the wrong kind altogether says nothing about what is wrong.
          const off = faults[0]!.startsWith(`${at} is`) ? 1000 : faults.length;
          const bestOff = !best ? Infinity : best[0]!.startsWith(`${at} is`) ? 1000 : best.length;
          if (off < bestOff) best = faults;
        }
        const scalars = shape.of.filter(isScalar);
        if (best?.[0]?.startsWith(`${at} is`) && scalars.length > 1)
          return [`${at} is ${JSON.stringify(value)}, not ${scalars.map(wordFor).join(' or ')}`];
        return best ?? [];
      }
      default:
        return accepts(shape, value) ? [] : [`${at} is ${JSON.stringify(value)}, not ${wordFor(shape)}`];
    }
  }

  private listWanting(of: Shape, value: unknown, at: string, accepts: Scalars): string[] {
    const isList = accepts === asText ? isGroup(value) : Array.isArray(value);
    if (!isList) return [`${at} is ${JSON.stringify(value)?.slice(0, 40)}, not a list`];
    return Object.entries(value as object).flatMap(([key, one]) =>
      this.wanting(of, one, `${at}[${key}]`, accepts),
    );
  }

  private objectWanting(place: number, value: unknown, at: string, accepts: Scalars): string[] {
    if (!isGroup(value)) return [`${at} is ${JSON.stringify(value)?.slice(0, 40)}, not an object`];
    const { name, fields, others } = this.contract.objects[place]!;
    const given = value as Record<string, unknown>;
    const kind = fields.object?.shape;
    if (kind?.kind === 'literal' && 'object' in given && given.object !== kind.value)
      return [`${at} is a ${String(given.object)}, not a ${String(kind.value)}`];
    const missing = Object.entries(fields)
      .filter(([key, { optional }]) => !optional && !(key in given))
      .map(([key]) => `${at}.${key} is missing in ${name}`.replace(`${at}.`, at === '' ? '' : `${at}.`));
    const wrong = Object.entries(given).flatMap(([key, one]) => {
      const inside = at === '' ? key : `${at}.${key}`;
      const field = fields[key]?.shape ?? others;
      // Of nested objects it has the parts that were different, which the typings leave open.
      if (key === 'previous_attributes' && isGroup(one)) return [];
      return field ? this.wanting(field, one, inside, accepts) : [`${inside} unknown to ${name}`];
    });
    return [...missing, ...wrong];
  }
}

type Scalar = Exclude<Shape, { kind: 'any' | 'list' | 'union' | 'object' }>;
type Scalars = (shape: Scalar, value: unknown) => boolean;

/** As the value stands in JSON. */
function asJson(shape: Scalar, value: unknown): boolean {
  if (shape.kind === 'literal') return value === shape.value;
  return shape.kind === 'null' ? value === null : typeof value === shape.kind;
}

/** As the value stands in a form, where everything is text. */
function asText(shape: Scalar, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  switch (shape.kind) {
    case 'literal':
      return value === String(shape.value);
    case 'null':
      return value === '';
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(value);
    case 'boolean':
      return value === 'true' || value === 'false';
    default:
      return true;
  }
}

function isGroup(value: unknown): value is Form {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(shape: Shape): shape is Scalar {
  return !['any', 'list', 'union', 'object'].includes(shape.kind);
}

function wordFor(shape: Scalar): string {
  return shape.kind === 'literal' ? JSON.stringify(shape.value) : `a ${shape.kind}`;
}
