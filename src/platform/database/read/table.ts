/** What SQL needs to know of an entity, taken from TypeORM's metadata once: the only source of names there is. */
import type { EntityMetadata } from 'typeorm';

export interface Column {
  /** As it stands in SQL, quoted. */
  readonly name: string;
  readonly nullable: boolean;
  /** Read when no selection is given; secrets declare `select: false`. */
  readonly byDefault: boolean;
}

interface ToOne {
  readonly table: Table;
  /** Equalities of the join: a column of this table, a column of the other. */
  readonly on: readonly { readonly column: string; readonly foreign: string }[];
}

export interface Table {
  readonly name: string;
  /** Property names of the primary key. */
  readonly key: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  /** To-one relations by property name; looked up late, because entities refer to each other in circles. */
  readonly relations: ReadonlyMap<string, () => ToOne>;
}

const tables = new WeakMap<EntityMetadata, Table>();

export function tableOf(metadata: EntityMetadata): Table {
  let table = tables.get(metadata);
  if (!table) {
    table = describe(metadata);
    tables.set(metadata, table);
  }
  return table;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function describe(metadata: EntityMetadata): Table {
  const columns = new Map<string, Column>();
  for (const column of metadata.columns) {
    // A join column that no property declares carries the relation's own name: it is no property of the row.
    if (column.isVirtual || column.embeddedMetadata) continue;
    columns.set(column.propertyName, {
      name: quoted(column.databaseName),
      nullable: column.isNullable,
      byDefault: column.isSelect,
    });
  }
  const relations = new Map<string, () => ToOne>();
  for (const relation of metadata.relations) {
    if (!relation.isManyToOne && !relation.isOneToOne) continue;
    let toOne: ToOne | undefined;
    relations.set(relation.propertyName, () => (toOne ??= joinOf(metadata, relation.propertyName)));
  }
  return {
    name: metadata.tablePath.split('.').map(quoted).join('.'),
    key: metadata.primaryColumns.map((column) => column.propertyName),
    columns,
    relations,
  };
}

function joinOf(metadata: EntityMetadata, property: string): ToOne {
  const relation = metadata.relations.find((candidate) => candidate.propertyName === property)!;
  const owner = relation.isOwning ? relation : relation.inverseRelation!;
  const pairs = new Map<string, { column: string; foreign: string; toId: boolean }>();
  for (const join of owner.joinColumns) {
    const foreign = join.referencedColumn!;
    const known = pairs.get(join.databaseName);
    // `@JoinColumn({ name })` on a relation to a compound key gives every key column the same name: the id is meant.
    if (known?.toId) continue;
    const [column, other] = relation.isOwning
      ? [join.databaseName, foreign.databaseName]
      : [foreign.databaseName, join.databaseName];
    pairs.set(join.databaseName, {
      column: quoted(column),
      foreign: quoted(other),
      toId: foreign.propertyName === 'id',
    });
  }
  const table = tableOf(relation.inverseEntityMetadata);
  const on = [...pairs.values()].map(({ column, foreign }) => ({ column, foreign }));
  const mine = tableOf(metadata).columns.get('customerId');
  const theirs = table.columns.get('customerId');
  // The tenant is part of every join between two tenant tables, whatever the relation declares: the first lock.
  if (
    mine &&
    theirs &&
    !mine.nullable &&
    !theirs.nullable &&
    !on.some(({ foreign }) => foreign === theirs.name)
  ) {
    on.unshift({ column: mine.name, foreign: theirs.name });
  }
  return { table, on };
}
