import { attributesAsked, conditionFault } from './flag-condition';

test.each([
  [{}, []],
  [{ id: 'eus_1', 'plan.name': 'pro' }, ['id', 'plan']],
  [{ plan: { $in: ['pro'], $not: { $size: { $gt: 2 } } }, app: { $vgte: '2.10' } }, ['plan', 'app']],
  [
    {
      tags: { $elemMatch: { $eq: 'a' }, $all: ['b', { $ne: 'c' }] },
      carts: { $elemMatch: { sum: { $gt: 5 } } },
    },
    ['tags', 'carts'],
  ],
  [{ age: { $exists: true, $type: 'number' }, address: { city: 'Ulm' } }, ['age', 'address']],
  [{ mail: { $regex: '^beta-|@example\\.com$|\\+[*?]' } }, ['mail']],
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
  // The evaluator has these for false, so that their opposite would be true for everybody.
  [{ $not: { plan: { $eqq: 'pro' } } }],
  [{ plan: { $not: { $eqq: 'pro' } } }],
  [{ plan: { $notInGroup: 'testers' } }],
  [{ plan: { $nin: 'free' } }],
  [{ plan: { $gt: 1, other: 2 } }],
  [{ plan: { $ne: { name: 'pro' } } }],
  [{ plan: { $lt: null } }],
  [{ app: { $vgt: true } }],
  [{ tags: { $all: [{ $like: 'a' }] } }],
  [{ tags: { $elemMatch: { $and: [] } } }],
  // Twenty-six letters of somebody's context take a second, forty some hours.
  [{ name: { $regex: '^(\\w+\\s?)*$' } }],
  [{ name: { $regexi: 'a+b' } }],
  [{ name: { $regex: 'a{30}' } }],
  [{ name: { $regex: '[a' } }],
  [{ name: { $regex: '[\\]]x*' } }],
  [{ name: { $regex: 'x'.repeat(201) } }],
])('%j cannot be asked', (condition) => {
  expect(conditionFault(condition)).toEqual(expect.any(String));
});
