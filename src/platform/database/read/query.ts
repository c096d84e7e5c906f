/**
 * One read on one connection, in one round trip. For a tenant, `set_config(…, true)` and the statement travel under
 * ONE Sync, which makes them one implicit transaction: the setting is gone when the answer is there, also after an
 * error. This speaks pg's protocol objects directly; its own `Query` cannot put two executions under a Sync.
 */
import type { ClientBase, Submittable } from 'pg';
import type { Fields, ResultColumn, RowOf, Statement } from './statement';
import type { Encoded } from './values';

/** The part of pg's connection that a read speaks to. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: readonly unknown[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal?: object): void;
  close(statement: { type: 'S'; name: string }): void;
  sync(): void;
}

const SET_TENANT = { name: 'fw_tenant', text: "select set_config('app.customer_id', $1, true)" };

/** Statements that one connection keeps prepared; past it the oldest is closed, so that no client can fill the server. */
const MAX_PREPARED = 256;
const preparedOn = new WeakMap<Wire, Set<string>>();

/** The text of a statement changed its meaning (a migration), or the server forgot it: prepare it again. */
const STALE = new Set(['0A000', '26000']);

/** As a transaction of its own, under the tenant's setting when there is one. */
export function runAlone<R extends object>(
  client: ClientBase,
  statement: Statement,
  values: readonly Encoded[],
  customerId: string | undefined,
): Promise<R[]> {
  return new Promise((resolve, reject) => {
    const send = (again: boolean): void => {
      const done = (error: (Error & { code?: string }) | null, rows: object[]): void => {
        if (!error) return resolve(rows as R[]);
        if (!again || !STALE.has(error.code ?? '')) return reject(error);
        statement.forget();
        send(false);
      };
      client.query(new ReadQuery(statement, values, customerId, done));
    };
    send(true);
  });
}

/** Within a transaction that is open on the connection and has its setting already. */
export function runInTransaction<R extends object>(
  client: ClientBase,
  statement: Statement,
  values: readonly Encoded[],
): Promise<R[]> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, rows: object[]): void =>
      error ? reject(error) : resolve(rows as R[]);
    client.query(new ReadQuery(statement, values, undefined, done));
  });
}

class ReadQuery implements Submittable {
  private readonly rows: object[] = [];
  private readonly fresh: string[] = [];
  private setting: boolean;
  private wire: Wire | undefined;
  private failure: Error | undefined;
  /** Of the columns as this connection knows them: another connection may forget the statement meanwhile. */
  private rowOf: RowOf | undefined;

  constructor(
    private readonly statement: Statement,
    private readonly values: readonly Encoded[],
    private readonly customerId: string | undefined,
    /** pg replaces it when a query timeout is configured. */
    public callback: (error: Error | null, rows: object[]) => void,
  ) {
    this.setting = customerId !== undefined;
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    this.wire = wire;
    const { statement } = this;
    wire.stream.cork();
    try {
      if (this.customerId !== undefined) {
        this.prepare(wire, SET_TENANT);
        wire.bind({ statement: SET_TENANT.name, values: [this.customerId] });
        wire.execute();
      }
      this.prepare(wire, statement);
      wire.bind({ statement: statement.name, values: this.values });
      const isFresh = this.fresh.includes(statement.name);
      this.rowOf = isFresh ? undefined : statement.rowOf;
      if (!this.rowOf) wire.describe({ type: 'P', name: '' });
      wire.execute();
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleRowDescription({ fields }: { fields: readonly ResultColumn[] }): void {
    this.rowOf = this.statement.describe(fields);
  }

  handleDataRow({ fields }: { fields: Fields }): void {
    if (this.setting || this.failure) return;
    try {
      this.rows.push(this.rowOf!(fields, this.values));
    } catch (error) {
      this.failure = error as Error;
    }
  }

  handleCommandComplete(): void {
    this.setting = false;
  }

  handleReadyForQuery(): void {
    if (this.failure) return this.callback(this.failure, []);
    for (const name of this.fresh) this.prepared().add(name);
    this.callback(null, this.rows);
  }

  handleError(error: Error): void {
    this.prepared().delete(this.statement.name);
    this.callback(error, []);
  }

  handleEmptyQuery(): void {
    this.failure = new Error('a read needs a statement');
  }

  handlePortalSuspended(): void {
    this.failure = new Error('a read asks for all rows at once');
  }

  handleCopyInResponse(): void {
    this.failure = new Error('a read does not copy');
  }

  private prepared(): Set<string> {
    const { wire } = this;
    let names = wire && preparedOn.get(wire);
    if (!names) {
      names = new Set();
      if (wire) preparedOn.set(wire, names);
    }
    return names;
  }

  /** Closing first is harmless for an unknown name and clears what a failed attempt may have left. */
  private prepare(wire: Wire, statement: { readonly name: string; readonly text: string }): void {
    const names = this.prepared();
    if (names.has(statement.name)) return;
    for (const oldest of names) {
      if (names.size < MAX_PREPARED) break;
      if (oldest === SET_TENANT.name) continue;
      names.delete(oldest);
      wire.close({ type: 'S', name: oldest });
    }
    wire.close({ type: 'S', name: statement.name });
    wire.parse({ name: statement.name, text: statement.text });
    this.fresh.push(statement.name);
  }
}
