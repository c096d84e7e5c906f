/**
 * The span of a statement: what it does to which table, and how it failed. Neither its text nor its values are told. Only where a
 * trace is recorded; elsewhere a statement is sent as before.
 * Source of the names: https://opentelemetry.io/docs/specs/semconv/db/database-spans/
 */
import { activeSpan, type Span } from '../trace';
import { sqlState } from './database-error';

interface Summary {
  readonly operation: string;
  readonly table: string | undefined;
}

/** The house writes its statements as constants; TypeORM makes a few hundred more. */
const MOST_TEXTS = 2000;
const summaries = new Map<string, Summary>();
const CHANGE = /\b(insert)\s+into\s+([\w."]+)|\b(update)\s+([\w."]+)\s|\b(delete)\s+from\s+([\w."]+)/i;
const SOURCE = /\bfrom\s+([\w."]+)/i;
const FIRST = /^[\s(]*(\w+)/;

/** Undefined where nothing is recorded. @param name what the house calls it, if it has a name. */
export function statementSpan(text: string, name?: string, outer = activeSpan()): Span | undefined {
  if (!outer) return undefined;
  const { operation, table } = summaryOf(text);
  const summary = name ?? (table === undefined ? operation : `${operation} ${table}`);
  return outer.child(summary, {
    kind: 'CLIENT',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.collection.name': table,
      'db.query.summary': summary,
    },
  });
}

/** The rows, and the end of their span. */
export function spanned<T>(span: Span | undefined, rows: Promise<T>): Promise<T> {
  if (!span) return rows;
  return rows.then(
    (answer) => (span.end(), answer),
    (error: unknown) => {
      const state = sqlState(error as Error);
      span.fail(error);
      span.set({ 'db.response.status_code': state });
      span.end();
      throw error;
    },
  );
}

function summaryOf(text: string): Summary {
  let summary = summaries.get(text);
  if (!summary) {
    if (summaries.size >= MOST_TEXTS) summaries.clear();
    summaries.set(text, (summary = summarized(text)));
  }
  return summary;
}

function summarized(text: string): Summary {
  const first = FIRST.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  const change = first === 'SELECT' ? undefined : CHANGE.exec(text);
  if (change) {
    const [, insert, into, update, updated, deleting, from] = change;
    return {
      operation: (insert ?? update ?? deleting ?? first).toUpperCase(),
      table: (into ?? updated ?? from)?.replaceAll('"', ''),
    };
  }
  return {
    operation: first === 'WITH' ? 'SELECT' : first,
    table: SOURCE.exec(text)?.[1]?.replaceAll('"', ''),
  };
}
