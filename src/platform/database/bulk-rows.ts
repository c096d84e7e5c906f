/**
 * Many rows as the source of one statement, sent column by column. What rows have in common (whose they are, which model
 * answered, under which plan) travels once for each combination that occurs, and each row says which one is its own:
 * PostgreSQL reads fifty such rows in a fifth of the time that it needs for fifty objects of JSON with every column in each.
 */
interface Column<Row> {
  /** Of PostgreSQL; a `timestamptz` is given as a Date, `json` and `jsonb` as anything that JSON can write. */
  readonly type: string;
  readonly of: (row: Row) => unknown;
}

type Columns<Row> = Readonly<Record<string, Column<Row>>>;

export class BulkRows<Row> {
  /** A subquery with a column for each name, its rows in the order in which they were given. It takes the first parameters. */
  readonly sql: string;
  /** How many parameters it takes. */
  readonly parameters: number;

  /**
   * @param common columns in which most rows of a statement agree
   * @param own columns in which they differ
   */
  constructor(
    private readonly common: Columns<Row>,
    private readonly own: Columns<Row>,
  ) {
    const shared = Object.entries(common);
    const single = Object.entries(own);
    const arrays = single.map(([, { type }], i) => `$${shared.length + i + 2}::${sentAs(type)}[]`);
    const names = single.map(([name]) => `"${name}"`);
    const selected = [
      ...shared.map(
        ([name, { type }], i) => `${read(type, `($${i + 2}::${sentAs(type)}[])[combination]`)} as "${name}"`,
      ),
      ...single.map(([name, { type }]) => `${read(type, `"${name}"`)} as "${name}"`),
    ];
    this.parameters = shared.length + single.length + 1;
    this.sql = `(select ${selected.join(', ')}
      from unnest(${['$1::int[]', ...arrays].join(', ')}) as sent (${['combination', ...names].join(', ')}))`;
  }

  /** The values of the parameters. */
  values(rows: readonly Row[]): unknown[] {
    const shared = Object.values(this.common);
    const places = new Map<string, number>();
    const combinations: unknown[][] = shared.map(() => []);
    let last: readonly unknown[] = [];
    let place = 0;
    const placeOf = rows.map((row) => {
      const values = shared.map((column) => written(column, row));
      if (place > 0 && areEqual(values, last)) return place;
      last = values;
      const key = JSON.stringify(values);
      const known = places.get(key);
      if (known !== undefined) return (place = known);
      places.set(key, (place = places.size + 1));
      values.forEach((value, i) => combinations[i]!.push(value));
      return place;
    });
    const single = Object.values(this.own).map((column) => rows.map((row) => written(column, row)));
    return [placeOf, ...combinations, ...single].map(arrayText);
  }
}

function areEqual(values: readonly unknown[], others: readonly unknown[]): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== others[i]) return false;
  return true;
}

/** Reading an instant from its text takes six times as long as from its number. */
function sentAs(type: string): string {
  return type === 'timestamptz' ? 'float8' : type;
}

function read(type: string, value: string): string {
  return type === 'timestamptz' ? `to_timestamp(${value} / 1000)` : value;
}

function written<Row>({ type, of }: Column<Row>, row: Row): unknown {
  const value = of(row);
  if (value == null) return null;
  if (value instanceof Date) return value.getTime();
  return type.startsWith('json') ? JSON.stringify(value) : value;
}

/** Needs no quotes in an array: the ids, numbers and hashes that most values are. */
const PLAIN = /^[\w.:-]+$/;
const LIKE_NULL = /^null$/i;

/** An array as PostgreSQL reads it; the driver's own quotes and escapes every element, plain ones too. */
function arrayText(values: readonly unknown[]): string {
  let elements = '';
  for (const value of values) elements += elements === '' ? elementText(value) : `,${elementText(value)}`;
  return `{${elements}}`;
}

function elementText(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  if (PLAIN.test(text) && !LIKE_NULL.test(text)) return text;
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
