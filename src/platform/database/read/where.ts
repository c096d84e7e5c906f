/** Conditions in two halves: their form, which becomes the text of a statement, and their values, which never do. */
import type { Condition, Where } from './read';
import type { Table } from './table';
import { type Encoded, encodeValue, substringPattern } from './values';

type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'in' | 'contains' | 'null' | 'notNull';

export interface Term {
  readonly property: string;
  readonly operator: Operator;
}

export interface Conditions {
  readonly terms: readonly Term[];
  readonly values: Encoded[];
  /** Equal for conditions that make the same text. */
  readonly key: string;
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

export function conditionsOf(where: Where = {}): Conditions {
  const terms: Term[] = [];
  const values: Encoded[] = [];
  let key = '';
  const add = (property: string, operator: Operator, value?: unknown): void => {
    terms.push({ property, operator });
    key += `${property}${operator};`;
    if (takesValue(operator)) values.push(encodeValue(value));
  };
  for (const property of Object.keys(where)) {
    const condition = where[property];
    if (condition !== undefined) split(property, condition, add);
  }
  return { terms, values, key };
}

export function takesValue(operator: Operator): boolean {
  return operator !== 'null' && operator !== 'notNull';
}

function split(
  property: string,
  condition: Condition,
  add: (property: string, operator: Operator, value?: unknown) => void,
): void {
  if (condition === null) return add(property, 'null');
  if (typeof condition !== 'object' || condition instanceof Date) return add(property, '=', condition);
  if ('in' in condition) return add(property, 'in', condition.in);
  if ('contains' in condition) return add(property, 'contains', substringPattern(condition.contains));
  if ('not' in condition) {
    return condition.not === null ? add(property, 'notNull') : add(property, '<>', condition.not);
  }
  for (const bound of ['gt', 'gte', 'lt', 'lte'] as const) {
    const value = condition[bound];
    if (value !== undefined) add(property, COMPARISONS[bound], value);
  }
}

/** The SQL of the terms, with parameters from `$first`. @throws Error for a property that is no column. */
export function whereSql(table: Table, alias: string, terms: readonly Term[], first: number): string[] {
  let parameter = first;
  return terms.map(({ property, operator }) => {
    const column = table.columns.get(property);
    if (!column) throw new Error(`${table.name} has no column for the property ${property}`);
    const name = `${alias}.${column.name}`;
    switch (operator) {
      case 'null':
        return `${name} is null`;
      case 'notNull':
        return `${name} is not null`;
      case 'in':
        return `${name} = any($${parameter++})`;
      case 'contains':
        return `${name} ilike $${parameter++}`;
      case '<>':
        return `${name} is distinct from $${parameter++}`;
      default:
        return `${name} ${operator} $${parameter++}`;
    }
  });
}
