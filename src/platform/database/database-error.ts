/** What a person can mend about DATABASE_URL, told in one sentence. */

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);
const NOT_SIGNED_IN = new Set(['28P01', '28000']);
const NO_DATABASE = '3D000';
const NOT_ALLOWED = '42501';

/** The refusal behind an error of the driver; undefined when it is none that a person can mend. */
export function refusalOf(error: unknown, url: string): DatabaseError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { username, host, pathname } = new URL(url);
  const place = `The database server at ${host || 'the local socket'}`;
  const code = (error as { code?: string }).code ?? '';
  if (UNREACHABLE.has(code) || error.message === 'timeout expired')
    return new DatabaseError(
      `${place} cannot be reached (${code || error.message}): start it, or correct DATABASE_URL.`,
    );
  if (NOT_SIGNED_IN.has(code))
    return new DatabaseError(
      `${place} does not let ${username} in (${error.message}): correct DATABASE_URL.`,
    );
  if (code === NO_DATABASE)
    return new DatabaseError(
      `${place} has no database ${pathname.slice(1)}: create it, or correct DATABASE_URL.`,
    );
  if (code === NOT_ALLOWED)
    return new DatabaseError(`${place} does not let ${username} do what is needed: ${error.message}.`);
  return undefined;
}
