/**
 * Reads leave by this one place. The selection of a query becomes one named statement: exactly the asked columns,
 * to-one relations joined when asked for, plain rows (property names as keys, timestamps as ISO 8601 text), under the
 * tenant's setting in one round trip. TypeORM's metadata is the only source of names.
 */
import type { Scope } from '../scope';

export type EntityClass<T> = new () => T;

/** Which columns and to-one relations to read: property name → true, or a nested selection for a relation. */
export interface Selection {
  readonly [property: string]: true | Selection;
}

type Comparable = string | number | bigint | Date;
export type Condition =
  | Comparable
  | boolean
  | null
  | { readonly in: readonly Comparable[] }
  | { readonly not: Comparable | boolean | null }
  | {
      readonly gte?: Comparable;
      readonly gt?: Comparable;
      readonly lte?: Comparable;
      readonly lt?: Comparable;
    }
  /** Case-insensitive substring; wildcards in the text are taken literally. */
  | { readonly contains: string };

/** Conditions on the entity's own columns, by property name; all must hold. An undefined value is left out. */
export interface Where {
  readonly [property: string]: Condition | undefined;
}

export interface OrderBy {
  readonly property: string;
  readonly direction: 'ASC' | 'DESC';
}

export interface ReadOptions {
  readonly scope: Scope;
  readonly where?: Where;
  /** Absent = every column of the entity and no relation. */
  readonly selection?: Selection;
}

export interface ListOptions extends ReadOptions {
  readonly orderBy?: readonly OrderBy[];
  readonly limit?: number;
}

export interface PageOptions extends ReadOptions {
  /** The key that orders the page; the id is always added as the last key. Default: newest id first. */
  readonly orderBy?: OrderBy;
  /** 1–100. */
  readonly first: number;
  readonly after?: string | null;
  /** Count all rows too: a second statement, only when the client asked for `totalCount`. */
  readonly count?: boolean;
}

/** The same page of each of many parents. */
export interface PagesOptions extends PageOptions {
  /** The properties by which a row names its parent; text, as ids are. */
  readonly by: readonly string[];
  /** The parents, each by the values of those properties. */
  readonly keys: readonly (readonly string[])[];
}

export interface Page<T> {
  readonly nodes: T[];
  /** The cursor of one node, counted from the end when negative: `cursorAt(-1)` is the end cursor. */
  cursorAt(index: number): string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
}

/** A plain row: the entity's properties, of which only the selected ones are present. */
export type Row<T> = T;

export interface Reader {
  one<T>(entity: EntityClass<T>, options: ReadOptions): Promise<Row<T> | null>;
  list<T>(entity: EntityClass<T>, options: ListOptions): Promise<Row<T>[]>;
  page<T>(entity: EntityClass<T>, options: PageOptions): Promise<Page<Row<T>>>;
  /** The same page of each of many parents, in one statement and in the order of `keys`. */
  pages<T>(entity: EntityClass<T>, options: PagesOptions): Promise<Page<Row<T>>[]>;
  /** Hand-written SQL for what a selection cannot say (aggregates), under the same scope and in one round trip; `name` makes it a prepared statement. */
  sql<R extends object>(scope: Scope, name: string, text: string, values: readonly unknown[]): Promise<R[]>;
}
