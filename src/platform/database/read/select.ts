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
  /** Properties that name the parents whose rows are asked for: the first parameters, one array each. */
  readonly by?: readonly string[];
}

export function selectPlan(request: SelectRequest): SelectPlan {
  const { table, selection, terms, orderBy, keyset, limit, by = [] } = request;
  const sql = new SelectText();
  const extra = [...(keyset ? [keyset.order.property] : []), ...by];
  const given = by.length > 0 ? [] : givenBy(terms);
  const shape = { ...sql.read(table, selection, 't0', extra, given), given };
  const conditions = [...parentSql(table, by), ...whereSql(table, 't0', terms, by.length + 1)];
  if (keyset?.after) {
    const values = terms.filter(({ operator }) => takesValue(operator)).length;
    conditions.push(afterSql(table, keyset.order, keyset.after, by.length + values + 1));
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
  const one = text.filter(Boolean).join(' ');
  return { text: by.length > 0 ? `select p.* ${fromParents(by, one)}` : one, shape };
}

/** With parents: how many rows each of them has, by its place in the list. */
export function countText(table: Table, terms: readonly Term[], by: readonly string[] = []): string {
  const conditions = [...parentSql(table, by), ...whereSql(table, 't0', terms, by.length + 1)];
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const one = `select count(*)::int as count from ${table.name} t0${where}`;
  return by.length > 0 ? `select k.place::int as place, p.count ${fromParents(by, one)}` : one;
}

/** One run of the inner statement for each parent: its limit holds for each, and an index leads to each. */
function fromParents(by: readonly string[], inner: string): string {
  const arrays = by.map((_, i) => `$${i + 1}::text[]`).join(', ');
  const names = by.map((_, i) => `k${i}`).join(', ');
  return `from unnest(${arrays}) with ordinality k(${names}, place) cross join lateral (${inner}) p`;
}

function parentSql(table: Table, by: readonly string[]): string[] {
  return by.map((property, i) => `t0.${columnOf(table, property).name} = k.k${i}`);
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
