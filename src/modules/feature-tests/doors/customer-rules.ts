/**
 * What one customer may read of the rules. Rules may name other customers, so everything that a condition asks about
 * `customerId` is answered before the rules leave the house: what cannot be true for this customer is gone, what is true is
 * left out, and no customer's id stands in what remains. Pure; whoever evaluates the remainder gets what the whole would give.
 */
import { evalCondition } from '@growthbook/growthbook';
import type { EvaluatedFlag } from '../flags/flag-evaluation';
import { settled } from '../flags/settled-flags';

type Condition = Readonly<Record<string, unknown>>;
/** What is left to be asked; true or false where nothing is. */
type Remainder = Condition | boolean;

const NAME = 'customerId';

/**
 * The flags without the rules that are about other customers only, and without what cannot be for this one because of what
 * they require: a prerequisite that only others meet names neither what it asks for nor what follows from it.
 */
export function forCustomer(flags: readonly EvaluatedFlag[], customerId: string): EvaluatedFlag[] {
  return settled(flags.map((flag) => ofCustomer(flag, customerId)));
}

function ofCustomer(flag: EvaluatedFlag, customerId: string): EvaluatedFlag {
  const rules = flag.rules.flatMap(({ condition, ...rule }) => {
    const left = condition ? remainderOf(condition, customerId) : true;
    if (left === false) return [];
    return [left === true ? rule : { ...rule, condition: left }];
  });
  return { ...flag, rules };
}

export function remainderOf(condition: Condition, customerId: string): Remainder {
  const left: Record<string, unknown> = {};
  for (const [name, asked] of Object.entries(condition)) {
    const part = partOf(name, asked, customerId);
    if (part === false) return false;
    if (part !== true) left[name] = part;
  }
  return Object.keys(left).length > 0 ? left : true;
}

/** What is left of one member of a condition, all of which must hold. */
function partOf(name: string, asked: unknown, customerId: string): unknown {
  switch (name) {
    case '$and': {
      const parts = each(asked, customerId);
      if (parts.includes(false)) return false;
      return some(parts.filter((part) => part !== true)) ?? true;
    }
    case '$or': {
      const parts = each(asked, customerId);
      // None at all is true, as its evaluator has it.
      if (parts.length === 0 || parts.includes(true)) return true;
      return some(parts.filter((part) => part !== false)) ?? false;
    }
    case '$nor': {
      const parts = each(asked, customerId);
      if (parts.length === 0 || parts.includes(true)) return false;
      return some(parts.filter((part) => part !== false)) ?? true;
    }
    case '$not': {
      const part = remainderOf(asked as Condition, customerId);
      return typeof part === 'boolean' ? !part : part;
    }
    default:
      if (name !== NAME && !name.startsWith(`${NAME}.`)) return asked;
      return evalCondition({ [NAME]: customerId }, { [name]: asked } as never);
  }
}

function each(conditions: unknown, customerId: string): Remainder[] {
  return (conditions as readonly Condition[]).map((condition) => remainderOf(condition, customerId));
}

function some<T>(parts: readonly T[]): readonly T[] | undefined {
  return parts.length > 0 ? parts : undefined;
}
