/**
 * Statements that are sent as one: all of them, and a single Sync behind. PostgreSQL carries them out in turn and answers them
 * together, in one packet: a wake-up less for each, in both processes. What one answers no other can use; when one fails, those
 * behind it are passed over. Outside an open transaction they are one, which the Sync commits.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
import pg, {
  type Connection,
  type FieldDef,
  type PoolClient,
  type QueryConfig,
  type QueryResultRow,
  type Submittable,
} from 'pg';

type Parser = (text: string) => unknown;

/** The columns of a statement's rows; none where it answers no rows. */
type Columns = readonly { readonly name: string; readonly parse: Parser }[];

interface Statement {
  readonly config: QueryConfig;
  /** As the protocol takes them. */
  readonly values: readonly unknown[];
  readonly resolve: (result: { rows: QueryResultRow[] }) => void;
  readonly reject: (error: Error) => void;
  columns: Columns;
  readonly rows: QueryResultRow[];
}

/** What a connection has prepared. */
interface Prepared {
  readonly columns: Map<string, Columns>;
  /** Sent in a batch that failed: whether they are prepared is not known. */
  readonly unsure: Set<string>;
}

const PREPARED = new WeakMap<Connection, Prepared>();
const NO_COLUMNS: Columns = [];
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils;

export class StatementBatch implements Submittable {
  private readonly statements: Statement[] = [];
  private prepared: Prepared | undefined;
  /** How many are answered. */
  private answered = 0;
  private failure: Error | undefined;
  private end!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  private readonly done = new Promise<void>((resolve, reject) => (this.end = { resolve, reject }));

  get isEmpty(): boolean {
    return this.statements.length === 0;
  }

  /** Adds a statement. Its rows come when all of the batch is done, and fail with whichever statement fails first. */
  query<R extends QueryResultRow>(config: QueryConfig): Promise<{ rows: R[] }> {
    return this.added(config, (statement) => this.statements.push(statement)) as Promise<{ rows: R[] }>;
  }

  /** The same, before all others. */
  queryFirst(config: QueryConfig): Promise<unknown> {
    return this.added(config, (statement) => this.statements.unshift(statement));
  }

  /** Answers when all is done. */
  send(client: PoolClient): Promise<void> {
    client.query(this);
    return this.done;
  }

  private added(
    config: QueryConfig,
    add: (statement: Statement) => void,
  ): Promise<{ rows: QueryResultRow[] }> {
    const values = (config.values ?? []).map(prepareValue);
    const answer = new Promise<{ rows: QueryResultRow[] }>((resolve, reject) =>
      add({ config, values, resolve, reject, columns: NO_COLUMNS, rows: [] }),
    );
    // Whoever sends the batch hears of a failure, too.
    answer.catch(() => undefined);
    return answer;
  }

  /** Called by the client when it is this batch's turn. */
  submit(connection: Connection): void {
    let prepared = PREPARED.get(connection);
    if (!prepared) PREPARED.set(connection, (prepared = { columns: new Map(), unsure: new Set() }));
    this.prepared = prepared;
    const sent = new Set<string>();
    connection.stream.cork();
    for (const statement of this.statements) {
      const { name = '', text } = statement.config;
      const columns = prepared.columns.get(name);
      if (!columns && !sent.has(name)) {
        if (prepared.unsure.delete(name)) connection.close({ type: 'S', name }, true);
        connection.parse({ name, text, types: [] }, true);
        if (name !== '') sent.add(name);
      }
      connection.bind({ statement: name, values: statement.values as string[] }, true);
      if (columns) statement.columns = columns;
      else connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.statements[this.answered]!.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: pg.types.getTypeParser(dataTypeID) as Parser,
    }));
  }

  handleDataRow({ fields: texts }: { fields: (string | null)[] }): void {
    const { columns, rows } = this.statements[this.answered]!;
    const row: QueryResultRow = {};
    try {
      columns.forEach(({ name, parse }, i) => {
        const text = texts[i]!;
        row[name] = text === null ? null : parse(text);
      });
    } catch (error) {
      // Thrown on into the connection it would end the process.
      return this.handleError(error as Error);
    }
    rows.push(row);
  }

  handleCommandComplete(): void {
    this.answered++;
  }

  /** Also of the commit itself, and of a connection that breaks. */
  handleError(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    for (const { config, reject } of this.statements) {
      if (config.name && !this.prepared?.columns.has(config.name)) this.prepared?.unsure.add(config.name);
      reject(error);
    }
    this.end.reject(error);
  }

  handleReadyForQuery(): void {
    for (const { config, columns, rows, resolve } of this.statements) {
      if (config.name) this.prepared!.columns.set(config.name, columns);
      resolve({ rows });
    }
    this.end.resolve();
  }
}
