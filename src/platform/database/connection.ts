/** How every connection to the database is made: what the URL says, what a connection is to be, and that its end is noticed. */
import type { ClientConfig } from 'pg';

/** A network that drops idle connections without a word is noticed within a minute, and seldom does it to one that is not silent. */
const KEEP_ALIVE_MS = 30_000;

/**
 * @param settings of PostgreSQL, which hold from the first statement on. The URL may have `options` of its own (a search path, the
 *   endpoint of a hosted server); the driver would let them replace ours, the tenants' role among them, so they come before ours.
 */
export function connectionTo(url: string, settings: Readonly<Record<string, string>> = {}): ClientConfig {
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const { rest, theirs } = withoutOptions(url);
  const options = [...theirs, ...ours].join(' ');
  return {
    connectionString: rest,
    ...(options !== '' && { options }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

function withoutOptions(url: string): { readonly rest: string; readonly theirs: readonly string[] } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const theirs = parsed?.searchParams.getAll('options') ?? [];
  if (!parsed || theirs.length === 0) return { rest: url, theirs };
  parsed.searchParams.delete('options');
  return { rest: parsed.href, theirs };
}
