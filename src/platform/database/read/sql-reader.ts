/** The one place by which reads leave: plans are made once a shape of question, then only values travel. */
import type { ClientBase, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { invalidInput } from '../../../kernel/errors';
import { brokenBy, sqlState } from '../database-error';
import { spanned, statementSpan } from '../statement-span';
import { isService, type Scope } from '../scope';
import { badCursor, decodeCursor, type Position } from './cursor';
import { KeysetPage } from './page';
import { runAlone, runInTransaction } from './query';
import type {
  EntityClass,
  ListOptions,
  OrderBy,
  Page,
  PageOptions,
  PagesOptions,
  Reader,
  ReadOptions,
  Row,
  Selection,
} from './read';
import { countText, selectPlan, type SelectRequest } from './select';
import { Statement } from './statement';
import { type Table, tableOf } from './table';
import { type Encoded, encodeValue } from './values';
import { type Conditions, conditionsOf } from './where';

export interface SqlReaderSettings {
  readonly source: DataSource;
  /** Connections as the application role. */
  readonly tenantPool: Pool;
  /** Connections as the owner of the tables. */
  readonly servicePool: Pool;
  /** The connection of the open unit of work, when it may read this scope: a change reads its own writes. */
  readonly openTransaction: (scope: Scope) => ClientBase | undefined;
}

/** Shapes of questions that are remembered; past it all are forgotten and made again on demand. */
const MAX_STATEMENTS = 2000;
const NEWEST_FIRST: OrderBy = { property: 'id', direction: 'DESC' };
/** PostgreSQL knows no text with a NUL character: nothing can be equal to it. */
const IMPOSSIBLE_TEXT = '22021';

export class SqlReader implements Reader {
  private readonly statements = new Map<string, Statement>();
  private readonly selectionKeys = new WeakMap<Selection, string>();

  constructor(private readonly settings: SqlReaderSettings) {}

  async one<T>(entity: EntityClass<T>, { scope, where, selection }: ReadOptions): Promise<Row<T> | null> {
    const conditions = conditionsOf(where);
    const statement = this.select('one', entity, conditions, { selection, limit: 1 });
    const rows = await this.run<Row<T> & object>(scope, statement, conditions.values);
    return rows[0] ?? null;
  }

  async list<T>(entity: EntityClass<T>, options: ListOptions): Promise<Row<T>[]> {
    const { scope, where, selection, orderBy, limit } = options;
    const conditions = conditionsOf(where);
    const statement = this.select('list', entity, conditions, { selection, orderBy, limit });
    return this.run<Row<T> & object>(scope, statement, conditions.values);
  }

  async page<T>(entity: EntityClass<T>, options: PageOptions): Promise<Page<Row<T>>> {
    const { scope, first, count } = options;
    const { order, position, conditions, rows } = this.pageRows<T>(entity, options);
    const [nodes, total] = await Promise.all([rows, count ? this.count(scope, entity, conditions) : null]);
    return new KeysetPage<Row<T>>(nodes, first, order.property, position !== undefined, total);
  }

  async pages<T>(entity: EntityClass<T>, options: PagesOptions): Promise<Page<Row<T>>[]> {
    const { scope, first, count, by, keys } = options;
    const parents = by.map((_, i) => encodeValue(keys.map((key) => key[i])));
    const { order, position, conditions, rows } = this.pageRows<T>(entity, options, by, parents);
    const [all, totals] = await Promise.all([
      rows,
      count ? this.counts(scope, entity, conditions, by, parents) : null,
    ]);
    const nodes = new Map<string, (Row<T> & object)[]>(keys.map((key) => [JSON.stringify(key), []]));
    for (const row of all) {
      const key = by.map((property) => (row as Record<string, unknown>)[property]);
      nodes.get(JSON.stringify(key))?.push(row);
    }
    return keys.map((key, i) => {
      const own = nodes.get(JSON.stringify(key)) ?? [];
      const total = totals && (totals.get(i + 1) ?? 0);
      return new KeysetPage<Row<T>>([...own], first, order.property, position !== undefined, total);
    });
  }

  private pageRows<T>(
    entity: EntityClass<T>,
    { scope, where, selection, orderBy: order = NEWEST_FIRST, first, after }: PageOptions,
    by?: readonly string[],
    parents: readonly Encoded[] = [],
  ) {
    if (!(Number.isInteger(first) && first >= 1 && first <= 100)) {
      throw invalidInput(['first'], 'Ask for 1 to 100 at a time.', 'range');
    }
    const position = after === null || after === undefined ? undefined : decodeCursor(after);
    const conditions = conditionsOf(where);
    const keyset = { order, after: position && (position.value === null ? 'NULL' : 'VALUE') } as const;
    const statement = this.select('page', entity, conditions, { selection, keyset, limit: first + 1, by });
    const values = [...parents, ...conditions.values, ...(position ? keysetValues(order, position) : [])];
    const rows = this.run<Row<T> & object>(scope, statement, values).catch((error: unknown) => {
      throw position && isDataError(error) ? badCursor() : error;
    });
    return { order, position, conditions, rows };
  }

  async sql<R extends object>(
    scope: Scope,
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<R[]> {
    let statement = this.statements.get(name);
    if (statement?.text !== text) statement = this.remember(name, new Statement(text));
    return this.run<R>(scope, statement, values.map(encodeValue), name);
  }

  private async count(scope: Scope, entity: EntityClass<unknown>, conditions: Conditions): Promise<number> {
    const statement = this.countStatement(entity, conditions, []);
    const [row] = await this.run<{ count: number }>(scope, statement, conditions.values);
    // A condition that no text can meet answers no row, not even of a count.
    return row?.count ?? 0;
  }

  private async counts(
    scope: Scope,
    entity: EntityClass<unknown>,
    conditions: Conditions,
    by: readonly string[],
    parents: readonly Encoded[],
  ): Promise<Map<number, number>> {
    const statement = this.countStatement(entity, conditions, by);
    const values = [...parents, ...conditions.values];
    const rows = await this.run<{ place: number; count: number }>(scope, statement, values);
    return new Map(rows.map(({ place, count }) => [place, count]));
  }

  private countStatement(
    entity: EntityClass<unknown>,
    { key, terms }: Conditions,
    by: readonly string[],
  ): Statement {
    const table = this.table(entity);
    const name = `count ${table.name} ${key} ${by.join()}`;
    return this.statements.get(name) ?? this.remember(name, new Statement(countText(table, terms, by)));
  }

  private select(
    kind: string,
    entity: EntityClass<unknown>,
    { key, terms }: Conditions,
    request: Pick<SelectRequest, 'selection' | 'orderBy' | 'keyset' | 'limit' | 'by'>,
  ): Statement {
    const table = this.table(entity);
    const order = request.keyset ? [request.keyset.order] : (request.orderBy ?? []);
    const orderKey = order.map(({ property, direction }) => `${property} ${direction}`).join();
    const name = `${kind} ${table.name} ${key} ${orderKey} ${request.keyset?.after ?? ''} ${request.limit ?? ''} ${request.by?.join() ?? ''} ${this.selectionKey(request.selection)}`;
    const known = this.statements.get(name);
    if (known) return known;
    const { text, shape } = selectPlan({ table, terms, ...request });
    return this.remember(name, new Statement(text, shape));
  }

  private table(entity: EntityClass<unknown>): Table {
    return tableOf(this.settings.source.getMetadata(entity));
  }

  private selectionKey(selection: Selection | undefined): string {
    if (!selection) return '*';
    let key = this.selectionKeys.get(selection);
    if (key === undefined) this.selectionKeys.set(selection, (key = JSON.stringify(selection)));
    return key;
  }

  private remember(name: string, statement: Statement): Statement {
    if (this.statements.size >= MAX_STATEMENTS) this.statements.clear();
    this.statements.set(name, statement);
    return statement;
  }

  /** Inside a unit of work over its connection, whose transaction carries the setting; else over one of the pool. */
  private run<R extends object>(
    scope: Scope,
    statement: Statement,
    values: readonly Encoded[],
    name?: string,
  ): Promise<R[]> {
    const span = statementSpan(statement.text, name);
    return spanned(span, this.rows<R>(scope, statement, values));
  }

  private rows<R extends object>(
    scope: Scope,
    statement: Statement,
    values: readonly Encoded[],
  ): Promise<R[]> {
    const { openTransaction, servicePool, tenantPool } = this.settings;
    const transaction = openTransaction(scope);
    if (transaction) return runInTransaction<R>(transaction, statement, values);
    if (isService(scope)) return pooled<R>(servicePool, statement, values, undefined);
    return pooled<R>(tenantPool, statement, values, scope.customerId);
  }
}

function pooled<R extends object>(
  pool: Pool,
  statement: Statement,
  values: readonly Encoded[],
  customerId: string | undefined,
): Promise<R[]> {
  return new Promise((resolve, reject) => {
    pool.connect((connectError, client, release) => {
      if (connectError) return reject(connectError);
      runAlone<R>(client as ClientBase, statement, values, customerId).then(
        (rows) => {
          release();
          resolve(rows);
        },
        (error: Error) => {
          release(brokenBy(error));
          if (sqlState(error) === IMPOSSIBLE_TEXT) resolve([]);
          else reject(error);
        },
      );
    });
  });
}

function keysetValues({ property }: OrderBy, { value, id }: Position): Encoded[] {
  return property === 'id' || value === null ? [id] : [value, id];
}

/** Class 22: a value that its type cannot hold, as a forged cursor's. */
function isDataError(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') ?? false;
}
