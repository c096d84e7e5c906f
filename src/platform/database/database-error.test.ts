/** Which failures say that the database is away, and not that something is wrong with the question. */
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { databaseFailure, isUnreachable, refusalOf, UnreachableError } from './database-error';

const failure = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

test('a database that is restarted, closed, full, standing by or out of reach is told as one that will be back', () => {
  const away = [
    failure('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED', syscall: 'connect' }),
    failure('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }),
    failure('connect ENOENT /run/.s.PGSQL.5432', { code: 'ENOENT', syscall: 'connect' }),
    failure('Connection terminated unexpectedly'),
    failure('terminating connection due to administrator command', { code: '57P01' }),
    failure('the database system is starting up', { code: '57P03' }),
    failure('database "flywheel" is not currently accepting connections', { code: '55000' }),
    failure('sorry, too many clients already', { code: '53300' }),
    failure('could not extend file: No space left on device', { code: '53100' }),
    failure('terminating connection due to idle-session timeout', { code: '57P05' }),
    failure('terminating connection due to idle-in-transaction timeout', { code: '25P03' }),
    failure('timeout expired'),
    failure('cannot execute INSERT in a read-only transaction', { code: '25006' }),
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
  ];
  for (const error of away) {
    expect(isUnreachable(error)).toBe(true);
    expect(isUnreachable(new QueryFailedError('select 1', [], error))).toBe(true);
    expect(databaseFailure(error)).toMatchObject({ code: 'UNAVAILABLE', data: { retryAfterMs: 1000 } });
  }
});

test('a statement that took too long is no sign that the database is away, and is not to be sent again at once', () => {
  const error = failure('canceling statement due to statement timeout', { code: '57014' });
  expect(isUnreachable(error)).toBe(false);
  const told = {
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Ask for less'),
    data: { retryAfterMs: 10_000 },
  };
  expect(databaseFailure(new QueryFailedError('select 1', [], error))).toMatchObject(told);
  const cancelled = failure('canceling statement due to user request', { code: '57014' });
  expect(databaseFailure(cancelled)).toBeUndefined();
});

test('a pooler that takes no options is told as what it is, and not waited for', () => {
  const refusal = refusalOf(
    failure('unsupported startup parameter: options', { code: '08P01' }),
    'postgres://fly@pooler:6432/flywheel',
  );
  expect(refusal).not.toBeInstanceOf(UnreachableError);
  expect(refusal?.message).toMatch(/pooler:6432 does not take the "options".*name PostgreSQL itself/);
});

test.each([
  [
    failure('self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    /under TLS \(self-signed certificate\).*sslrootcert=FILE/,
  ],
  [failure('The server does not support SSL connections'), /under TLS.*sslmode=disable/],
  [
    failure("ENOENT: no such file, open '/ca.pem'", { code: 'ENOENT', syscall: 'open' }),
    /^DATABASE_URL names a file that cannot be read .*ca\.pem/,
  ],
])('why a server is not spoken to safely is told, and not waited for (%#)', (error, words) => {
  const refusal = refusalOf(error, 'postgres://fly@db:5432/flywheel?sslmode=verify-full');
  expect(refusal).not.toBeInstanceOf(UnreachableError);
  expect(refusal?.message).toMatch(words);
});

test('what is wrong with the question, or elsewhere, is not blamed on the connection', () => {
  const others = [
    failure('duplicate key value violates unique constraint', { code: '23505' }),
    failure('could not serialize access', { code: '40001' }),
    failure('object is not in the required state', { code: '55000' }),
    failure('no such file', { code: 'ENOENT', syscall: 'open' }),
    failure('something else'),
    'a text',
    undefined,
  ];
  for (const error of others) {
    expect(isUnreachable(error)).toBe(false);
    expect(databaseFailure(error)).toBeUndefined();
  }
});
