import { attributesAsked, conditionFault } from './flag-condition';

test.each([
  [{}, []],
  [{ id: 'eus_1', 'plan.name': 'pro' }, ['id', 'plan']],
  [{ $or: [{ id: 'eus_1' }, { $not: { country: 'DE' } }], $and: [], $nor: [{ id: 'x' }] }, ['id', 'country']],
])('%j asks about %j', (condition, names) => {
  expect(conditionFault(condition)).toBeUndefined();
  expect([...attributesAsked(condition)].sort()).toEqual([...names].sort());
});

test.each([
  [5],
  ['id'],
  [[{ id: 'eus_1' }]],
  [{ $and: { id: 'eus_1' } }],
  [{ $or: [{ id: 'eus_1' }, 7] }],
  [{ $not: [] }],
  [{ $nor: [{ $and: 1 }] }],
  [{ $savedGroup: { id: 'x' } }],
])('%j cannot be asked', (condition) => {
  expect(conditionFault(condition)).toEqual(expect.any(String));
});
