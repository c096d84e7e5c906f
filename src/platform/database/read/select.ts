/** From a selection to one SELECT: exactly the asked columns and the keys, to-one relations joined, nothing hydrated. */
import type { OrderBy, Selection } from './read';
import type { Shape } from './statement';
import type { Table } from './table';
import { takesValue, type Term, whereSql } from './where';

export interface SelectPlan {
  readonly text: string;
  readonly shape: Shape;
}

/** Rows after a position in the order, the last key being the id. */
interface Keyset {
  readonly order: OrderBy;
  /** Absent on a first page; otherwise whether the row at the position has a value in the sort column. */
  readonly after?: 'VALUE' | 'NULL';
}

export interface SelectRequest {
  readonly table: Table;
  readonly selection?: Selection;
  readonly terms: readonly Term[];
  readonly orderBy?: readonly OrderBy[];
  readonly keyset?: Keyset;
  readonly limit?: number;
}

export function selectPlan({ table, selection, terms, orderBy, keyset, limit }: SelectRequest): SelectPlan {
  const sql = new SelectText();
  const extra = keyset ? [keyset.order.property] : [];
  const given = givenBy(terms);
  const shape = { ...sql.read(table, selection, 't0', extra, given), given };
  const conditions = whereSql(table, 't0', terms, 1);
  if (keyset?.after) {
    const values = terms.filter(({ operator }) => takesValue(operator)).length;
    conditions.push(afterSql(table, keyset.order, keyset.after, values + 1));
  }
  const order = keyset
    ? keysetOrder(table, keyset.order)
    : (orderBy ?? []).map((key) => orderSql(table, key));
  const text = [
    `select ${sql.columns.join(', ')} from ${table.name} t0${sql.joins.join('')}`,
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    order.length > 0 ? `order by ${order.join(', ')}` : '',
    // Written into the text: with a parameter the planner guesses a tenth of the table and sorts it all.
    limit === undefined ? '' : `limit ${Math.trunc(limit)}`,
  ];
  return { text: text.filter(Boolean).join(' '), shape };
}

export function countText(table: Table, terms: readonly Term[]): string {
  const conditions = whereSql(table, 't0', terms, 1);
  return `select count(*)::int as count from ${table.name} t0${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''}`;
}

class SelectText {
  readonly columns: string[] = [];
  readonly joins: string[] = [];
  private aliases = 1;

  read(
    table: Table,
    selection: Selection | undefined,
    alias: string,
    extra: readonly string[] = [],
    given: Shape['given'] = [],
  ): Shape {
    const columns: { property: string; index: number }[] = [];
    const asked = propertiesOf(table, selection, extra);
    for (const { property } of given) asked.delete(property);
    for (const property of asked) {
      columns.push({ property, index: this.columns.length });
      this.columns.push(`${alias}.${table.columns.get(property)!.name}`);
    }
    const related: { property: string; shape: Shape }[] = [];
    for (const [property, nested] of Object.entries(selection ?? {})) {
      const relation = table.relations.get(property);
      if (!relation) continue;
      const { table: other, on } = relation();
      const joined = `t${this.aliases++}`;
      const conditions = on.map(({ column, foreign }) => `${joined}.${foreign} = ${alias}.${column}`);
      // Always a left join: a related row that the caller may not see must not take its owner with it.
      this.joins.push(` left join ${other.name} ${joined} on ${conditions.join(' and ')}`);
      const key = this.columns.length;
      const shape = this.read(other, nested === true ? undefined : nested, joined);
      related.push({ property, shape: { ...shape, presence: key } });
    }
    return { columns, related };
  }
}

/** A tenant's id stands in the condition already: it need not come back with each of a hundred rows. */
function givenBy(terms: readonly Term[]): { property: string; parameter: number }[] {
  let parameter = 0;
  for (const { property, operator } of terms) {
    if (property === 'customerId' && operator === '=') return [{ property, parameter }];
    if (takesValue(operator)) parameter++;
  }
  return [];
}

/** The key first (its presence tells whether a joined row exists), then what was asked for; relations are no columns. */
function propertiesOf(table: Table, selection: Selection | undefined, extra: readonly string[]): Set<string> {
  const properties = new Set<string>(table.key);
  if (selection) {
    for (const property of Object.keys(selection)) if (table.columns.has(property)) properties.add(property);
  } else {
    for (const [property, column] of table.columns) if (column.byDefault) properties.add(property);
  }
  for (const property of extra) if (table.columns.has(property)) properties.add(property);
  return properties;
}

function columnOf(table: Table, property: string): { name: string; nullable: boolean } {
  const column = table.columns.get(property);
  if (!column) throw new Error(`${table.name} cannot be ordered by ${property}: it is no column`);
  return column;
}

function orderSql(table: Table, { property, direction }: OrderBy): string {
  const { name, nullable } = columnOf(table, property);
  return `t0.${name} ${direction === 'DESC' ? 'desc' : 'asc'}${nullable ? ' nulls last' : ''}`;
}

function keysetOrder(table: Table, order: OrderBy): string[] {
  const id: OrderBy = { property: 'id', direction: order.direction };
  return order.property === 'id' ? [orderSql(table, id)] : [orderSql(table, order), orderSql(table, id)];
}

/** A row comparison where an index can follow it; rows without a value come last in both directions. */
function afterSql(
  table: Table,
  { property, direction }: OrderBy,
  after: 'VALUE' | 'NULL',
  parameter: number,
): string {
  const than = direction === 'DESC' ? '<' : '>';
  const id = `t0.${columnOf(table, 'id').name}`;
  if (property === 'id') return `${id} ${than} $${parameter}`;
  const { name, nullable } = columnOf(table, property);
  const column = `t0.${name}`;
  if (after === 'NULL') return `(${column} is null and ${id} ${than} $${parameter})`;
  const later = `(${column}, ${id}) ${than} ($${parameter}, $${parameter + 1})`;
  return nullable ? `(${later} or ${column} is null)` : later;
}
