import { Span } from '../trace/span';
import { statementSpan } from './statement-span';

const outer = new Span(
  { id: '1'.repeat(32), state: undefined, wallMs: 0, take: () => undefined },
  'test',
  undefined,
);

test.each([
  ['select id from customers where id = $1', 'SELECT customers'],
  ['INSERT INTO "jobs"("id", "kind") VALUES ($1, $2)', 'INSERT jobs'],
  ["update jobs set status = 'QUEUED' where id = $1", 'UPDATE jobs'],
  ['delete from inference_keys where expires_at < $1', 'DELETE inference_keys'],
  ['with gone as (delete from sessions returning id) select count(*) from gone', 'DELETE sessions'],
  ['with a as (select 1) select * from a', 'SELECT a'],
  ["select set_config('app.customer_id', $1, true)", 'SELECT'],
  ['COMMIT', 'COMMIT'],
  ['', 'SQL'],
])('a statement is told by what it does to which table: %s', (text, name) => {
  const span = statementSpan(text, undefined, outer)!;
  expect(span.name).toBe(name);
  expect(Object.values(span.attributes).join()).not.toMatch(/QUEUED|\$1/);
});

test('a statement that the house has named goes by that name', () => {
  expect(statementSpan('select 1 from usage', 'usage of a month', outer)?.name).toBe('usage of a month');
});
