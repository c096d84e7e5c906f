/** How every connection to the database is made: what the URL says, what a connection is to be, and that its end is noticed. */
import type { ClientConfig } from 'pg';

/** A network that drops idle connections without a word is noticed within a minute, and seldom does it to one that is not silent. */
const KEEP_ALIVE_MS = 30_000;

/** A client whose machine or network is gone keeps its locks no longer than that; PostgreSQL's own default is two hours. */
const LEFT_BEHIND = { tcp_keepalives_idle: '30', tcp_keepalives_interval: '10', tcp_keepalives_count: '3' };

type Settings = Readonly<Record<string, string>>;

/**
 * @param settings of PostgreSQL, which hold from the first statement on. The URL may have `options` of its own (a search path, the
 *   endpoint of a hosted server); the driver would let them replace ours, the tenants' role among them, so they come before ours.
 * @param defaults the same, which those of the URL replace.
 */
export function connectionTo(url: string, settings: Settings = {}, defaults: Settings = {}): ClientConfig {
  const { rest, theirs } = withoutOptions(url);
  const options = [...given({ ...LEFT_BEHIND, ...defaults }), ...theirs, ...given(settings)];
  return {
    connectionString: rest,
    options: options.join(' '),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

function given(settings: Settings): string[] {
  return Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
}

function withoutOptions(url: string): { readonly rest: string; readonly theirs: readonly string[] } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const theirs = parsed?.searchParams.getAll('options') ?? [];
  if (!parsed || theirs.length === 0) return { rest: url, theirs };
  parsed.searchParams.delete('options');
  return { rest: parsed.href, theirs };
}
