import { bornAt, newId, prefixOf, typeNameOf } from './id';

const at = new Date('2026-05-06T07:08:09.123Z');

test('an id names its type and the millisecond it was made', () => {
  const id = newId('inf', at);
  expect(prefixOf(id)).toBe('inf');
  expect(typeNameOf(id)).toBe('Inference');
  expect(bornAt(id)).toEqual(at);
});

test('ids sort by the time they were made', () => {
  const ids = Array.from({ length: 50 }, (_, i) => newId('cus', new Date(at.getTime() + i * 17)));
  expect([...ids].sort()).toEqual(ids);
});

test('ids made in the same millisecond differ', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newId('evt', at))).size).toBe(1000);
});

test('an invented id of an impossible time has none', () => {
  expect(bornAt(`inf_${'z'.repeat(26)}`)).toBeUndefined();
});

test.each([
  '',
  'inf_',
  'zzz_01arz3ndektsv4rrffq69g5fav',
  'inf_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  "inf_'; drop table customers",
])('what is not an id of ours has no prefix, type or time: %s', (text) => {
  expect(prefixOf(text)).toBeUndefined();
  expect(typeNameOf(text)).toBeUndefined();
  expect(bornAt(text)).toBeUndefined();
});
