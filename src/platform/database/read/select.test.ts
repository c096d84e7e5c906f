import { type SelectRequest, countText, selectPlan } from './select';
import type { Column, Table } from './table';
import { conditionsOf } from './where';

function column(name: string, options: Partial<Column> = {}): Column {
  return { name: `"${name}"`, nullable: false, byDefault: true, ...options };
}

const versions: Table = {
  name: '"model_versions"',
  key: ['customerId', 'id'],
  columns: new Map([
    ['customerId', column('customer_id')],
    ['id', column('id')],
    ['number', column('number')],
  ]),
  relations: new Map(),
};
const inferences: Table = {
  name: '"inferences"',
  key: ['customerId', 'id'],
  columns: new Map([
    ['customerId', column('customer_id')],
    ['id', column('id')],
    ['createdAt', column('created_at')],
    ['score', column('score', { nullable: true })],
    ['secret', column('secret', { byDefault: false })],
  ]),
  relations: new Map([
    [
      'version',
      () => ({
        table: versions,
        on: [
          { column: '"customer_id"', foreign: '"customer_id"' },
          { column: '"version_id"', foreign: '"id"' },
        ],
      }),
    ],
  ]),
};

function textOf(request: Partial<SelectRequest>): string {
  return selectPlan({ table: inferences, terms: [], ...request }).text;
}

describe('the text of a read', () => {
  it('names the key and the asked columns, nothing else', () => {
    expect(textOf({ selection: { createdAt: true } })).toBe(
      'select t0."customer_id", t0."id", t0."created_at" from "inferences" t0',
    );
  });

  it('leaves secrets out unless they are asked for by name', () => {
    expect(textOf({})).not.toContain('secret');
    expect(textOf({ selection: { secret: true } })).toContain('t0."secret"');
  });

  it('joins a to-one relation only when it is asked for, with the tenant in the condition', () => {
    const { text, shape } = selectPlan({
      table: inferences,
      terms: [],
      selection: { version: { number: true } },
    });
    expect(text).toBe(
      'select t0."customer_id", t0."id", t1."customer_id", t1."id", t1."number" from "inferences" t0' +
        ' left join "model_versions" t1 on t1."customer_id" = t0."customer_id" and t1."id" = t0."version_id"',
    );
    expect(shape.related[0]).toMatchObject({ property: 'version', shape: { presence: 2 } });
  });

  it('does not ask back the tenant that the condition names, and keeps it on the row', () => {
    const { terms } = conditionsOf({ score: null, id: 'x', customerId: 'cus_1' });
    const { text, shape } = selectPlan({ table: inferences, terms, selection: {} });
    expect(text).toMatch(/^select t0."id" from/);
    expect(shape.given).toEqual([{ property: 'customerId', parameter: 1 }]);
  });

  it('ignores what is no column and no to-one relation: other fields have resolvers', () => {
    expect(textOf({ selection: { nothing: true, many: { id: true } } })).toBe(
      'select t0."customer_id", t0."id" from "inferences" t0',
    );
  });

  it('puts conditions in as parameters, in the order of their values', () => {
    const { terms, values } = conditionsOf({
      customerId: 'cus_1',
      id: { in: ['a', 'b'] },
      score: { gte: 1, lt: 2 },
      createdAt: undefined,
      secret: { contains: '50%_' },
    });
    expect(textOf({ selection: {}, terms })).toContain(
      'where t0."customer_id" = $1 and t0."id" = any($2) and t0."score" >= $3 and t0."score" < $4 and t0."secret" ilike $5',
    );
    expect(values).toEqual(['cus_1', '{"a","b"}', '1', '2', '%50\\%\\_%']);
  });

  it('says null in words, so that it takes no parameter', () => {
    const { terms, values } = conditionsOf({ score: null, secret: { not: null }, id: { not: 'x' } });
    expect(textOf({ selection: {}, terms })).toContain(
      'where t0."score" is null and t0."secret" is not null and t0."id" is distinct from $1',
    );
    expect(values).toEqual(['x']);
  });

  it('refuses a condition on something that is no column', () => {
    expect(() => textOf({ terms: conditionsOf({ version: 'x' }).terms })).toThrow(/no column/);
  });

  it('continues a page by one row comparison, after the parameters of the conditions', () => {
    const { terms } = conditionsOf({ customerId: 'cus_1', score: null });
    const keyset = { order: { property: 'createdAt', direction: 'DESC' }, after: 'VALUE' } as const;
    expect(textOf({ selection: {}, terms, keyset, limit: 26 })).toMatch(
      /and \(t0."created_at", t0."id"\) < \(\$2, \$3\) order by t0."created_at" desc, t0."id" desc limit 26$/,
    );
  });

  it('keeps rows without a sort value at the end, in both directions', () => {
    const order = { property: 'score', direction: 'ASC' } as const;
    expect(textOf({ selection: {}, keyset: { order, after: 'VALUE' } })).toContain(
      '((t0."score", t0."id") > ($1, $2) or t0."score" is null) order by t0."score" asc nulls last, t0."id" asc',
    );
    expect(textOf({ selection: {}, keyset: { order, after: 'NULL' } })).toContain(
      '(t0."score" is null and t0."id" > $1)',
    );
  });

  it('counts by the conditions alone', () => {
    expect(countText(inferences, conditionsOf({ id: 'x' }).terms)).toBe(
      'select count(*)::int as count from "inferences" t0 where t0."id" = $1',
    );
  });
});
