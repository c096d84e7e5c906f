/**
 * The rows of one statement, some at a time, for answers that are longer than memory: it is carried out once, however many pages it has,
 * in a transaction that sees the tables as they were at its first. The protocol's own way (a named portal, asked for so many rows).
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
import type { Pool, PoolClient, Submittable } from 'pg';
import { brokenBy } from '../database-error';
import { type Fields, type ResultColumn, Statement } from './statement';
import { type Encoded, encodeValue } from './values';

const PORTAL = 'fw_pages';

/** The part of pg's connection that a portal speaks to. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string }): void;
  bind(portal: { portal: string; statement: string; values: readonly unknown[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
}

/** Whoever leaves the iteration ends the transaction, too. */
export async function* inPages<R extends object>(
  pool: Pool,
  text: string,
  values: readonly unknown[],
  pageRows: number,
): AsyncGenerator<readonly R[]> {
  const client = await pool.connect();
  const statement = new Statement(text);
  let failure: Error | undefined;
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    const encoded = values.map(encodeValue);
    for (let isFirst = true, isMore = true; isMore; isFirst = false) {
      const page = await asked(client, new PageQuery(statement, isFirst ? encoded : undefined, pageRows));
      isMore = page.isMore;
      if (page.rows.length > 0) yield page.rows as R[];
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    await client.query('rollback').catch((error: Error) => (failure ??= error));
    client.release(brokenBy(failure));
  }
}

interface Page {
  readonly rows: readonly object[];
  readonly isMore: boolean;
}

function asked(client: PoolClient, query: PageQuery): Promise<Page> {
  return new Promise((resolve, reject) => {
    query.callback = (error, page) => (error ? reject(error) : resolve(page));
    client.query(query);
  });
}

class PageQuery implements Submittable {
  callback: (error: Error | null, page: Page) => void = () => undefined;
  private readonly rows: object[] = [];
  private isMore = false;
  private failure: Error | undefined;

  constructor(
    private readonly statement: Statement,
    /** Of the first page, which opens the portal. */
    private readonly values: readonly Encoded[] | undefined,
    private readonly pageRows: number,
  ) {}

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.stream.cork();
    if (this.values) {
      wire.parse({ name: '', text: this.statement.text });
      wire.bind({ portal: PORTAL, statement: '', values: this.values });
      wire.describe({ type: 'P', name: PORTAL });
    }
    wire.execute({ portal: PORTAL, rows: this.pageRows });
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly ResultColumn[] }): void {
    this.statement.describe(fields);
  }

  handleDataRow({ fields }: { fields: Fields }): void {
    if (this.failure) return;
    try {
      this.rows.push(this.statement.rowOf!(fields, []));
    } catch (error) {
      // Thrown on into the connection it would end the process.
      this.failure = error as Error;
    }
  }

  handlePortalSuspended(): void {
    this.isMore = true;
  }

  handleCommandComplete(): void {
    this.isMore = false;
  }

  handleError(error: Error): void {
    this.callback(error, { rows: [], isMore: false });
  }

  handleReadyForQuery(): void {
    this.callback(this.failure ?? null, { rows: this.rows, isMore: this.isMore });
  }
}
