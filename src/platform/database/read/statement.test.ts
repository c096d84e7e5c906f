import { isoTimestamp, Statement } from './statement';
import { encodeValue } from './values';

describe('the rows of a statement', () => {
  it('are plain objects of the asked properties, with related rows inside', () => {
    const statement = new Statement('select …', {
      columns: [
        { property: 'id', index: 0 },
        { property: 'paid', index: 1 },
        { property: 'input', index: 2 },
      ],
      related: [
        {
          property: 'version',
          shape: { columns: [{ property: 'number', index: 4 }], related: [], presence: 3 },
        },
      ],
    });
    statement.describe(
      [25, 16, 3802, 25, 23].map((dataTypeID, index) => ({ name: String(index), dataTypeID })),
    );
    expect(statement.rowOf!(['a', 't', '{"x":[1]}', 'v', '7'], [])).toEqual({
      id: 'a',
      paid: true,
      input: { x: [1] },
      version: { number: 7 },
    });
    expect(statement.rowOf!(['a', null, null, null, null], [])).toEqual({
      id: 'a',
      paid: null,
      input: null,
      version: null,
    });
  });

  it('carry the names of the result where no shape is given, whole numbers past 2^53 as text', () => {
    const statement = new Statement('select …');
    statement.describe([
      { name: 'total', dataTypeID: 20 },
      { name: 'tags', dataTypeID: 1009 },
    ]);
    expect(statement.rowOf!(['9007199254740993', '{a,"b c"}'], [])).toEqual({
      total: '9007199254740993',
      tags: ['a', 'b c'],
    });
  });

  it('of one text share one name, of two texts never', () => {
    expect(new Statement('select 1').name).toBe(new Statement('select 1').name);
    expect(new Statement('select 1').name).not.toBe(new Statement('select 2').name);
  });
});

it.each([
  ['2026-01-02 03:04:05.678+00', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02 03:04:05.6+00', '2026-01-02T03:04:05.600Z'],
  ['2026-01-02 03:04:05+00', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05.678901+00', '2026-01-02T03:04:05.678901Z'],
  ['2026-01-02 03:04:05.5+05:30', '2026-01-01T21:34:05.500Z'],
  ['2026-01-02 03:04:05+02', '2026-01-02T01:04:05.000Z'],
  ['infinity', 'infinity'],
])('an instant leaves as RFC 3339: %s', (text, iso) => {
  expect(isoTimestamp(text)).toBe(iso);
});

it.each([
  [1.5, '1.5'],
  [12n, '12'],
  [true, 't'],
  [null, null],
  [undefined, null],
  [new Date('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z'],
  [['a"b', 'c\\d', null, 1], '{"a\\"b","c\\\\d",NULL,"1"}'],
  [{ a: [1] }, '{"a":[1]}'],
])('a value travels as text: %p', (value, text) => {
  expect(encodeValue(value)).toEqual(text);
});
