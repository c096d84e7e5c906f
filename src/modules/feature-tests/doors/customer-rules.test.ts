import { evalCondition } from '@growthbook/growthbook';
import { FlagEvaluator, type EvaluatedFlag } from '../flags/flag-evaluation';
import { seededIntegers } from '../../../../test/support/seeded-integers';
import { forCustomer, remainderOf } from './customer-rules';

const own = { customerId: 'cus_own' };
const other = { customerId: 'cus_other' };
const person = { id: 'eus_1' };

test.each([
  [own, true],
  [other, false],
  [{ ...own, ...person }, person],
  [{ ...other, ...person }, false],
  [{ customerId: { $in: ['cus_own', 'cus_other'] } }, true],
  [{ customerId: { $ne: 'cus_other' }, ...person }, person],
  [{ $or: [other, person] }, { $or: [person] }],
  [{ $or: [own, person] }, true],
  [{ $or: [] }, true],
  [{ $and: [own, person] }, { $and: [person] }],
  [{ $and: [other, person] }, false],
  [{ $nor: [other] }, true],
  [{ $nor: [own, person] }, false],
  [{ $nor: [] }, false],
  [{ $not: other }, true],
  [{ $not: { ...own, ...person } }, { $not: person }],
  [{ 'customerId.length': 7 }, false],
])('of %j this is left to be asked: %j', (condition, left) => {
  expect(remainderOf(condition, 'cus_own')).toEqual(left);
});

/** A condition of some depth, from a stream of integers below a bound. */
function conditionOf(next: (below: number) => number, depth: number): Record<string, unknown> {
  const leaves = [
    { customerId: ['cus_own', 'cus_other'][next(2)] },
    { customerId: { $in: ['cus_other', 'cus_third'] } },
    { customerId: { $ne: 'cus_own' } },
    { id: `eus_${next(3)}` },
    { plan: { $in: ['pro', 'team'] } },
  ];
  const nodes = ['$and', '$or', '$nor', '$not'];
  const pick = next(depth > 0 ? 9 : 5);
  if (pick < 5) return leaves[pick]!;
  const name = nodes[pick - 5]!;
  if (name === '$not') return { $not: conditionOf(next, depth - 1) };
  const parts = Array.from({ length: next(3) + 1 }, () => conditionOf(next, depth - 1));
  return { [name]: parts, ...leaves[next(5)] };
}

test('what is left answers as the whole would, for 2000 conditions, and names no customer', () => {
  const integers = seededIntegers('conditions');
  const next = (below: number): number => Number(integers.below(BigInt(below)));
  for (let i = 0; i < 2000; i++) {
    const condition = conditionOf(next, 3);
    const left = remainderOf(condition, 'cus_own');
    const attributes = { id: `eus_${next(3)}`, plan: ['free', 'pro'][next(2)] };
    const whole = evalCondition({ ...attributes, customerId: 'cus_own' }, condition as never);
    const rest = typeof left === 'boolean' ? left : evalCondition(attributes, left as never);
    expect({ condition, answer: rest }).toEqual({ condition, answer: whole });
    expect(JSON.stringify(left)).not.toContain('cus_');
  }
});

test('a flag for a customer gives what the flag gives, without the rules of others', () => {
  const flag: EvaluatedFlag = {
    key: 'flag',
    defaultValue: 'default',
    rules: [
      { condition: other, value: 'theirs' },
      { condition: { ...own, id: 'eus_2' }, value: 'one of ours' },
      { condition: own, value: 'ours', percentage: 40 },
    ],
  };
  const [specialised] = forCustomer([flag], 'cus_own');
  expect(JSON.stringify(specialised)).not.toMatch(/cus_|theirs/);
  const [whole, rest] = [new FlagEvaluator([flag]), new FlagEvaluator([specialised!])];
  for (let i = 0; i < 200; i++) {
    const id = `eus_${i}`;
    expect(rest.evaluate('flag', { id }).value).toBe(whole.evaluate('flag', { id, ...own }).value);
  }
});

test('what a flag requires of another one is not told to whom that one never gives it', () => {
  const base: EvaluatedFlag = {
    key: 'base',
    defaultValue: 'public',
    rules: [
      { condition: other, value: 'secret of another' },
      { condition: { ...own, id: 'eus_1' }, value: 'ours' },
    ],
  };
  const needs = (key: string, value: unknown): EvaluatedFlag => ({
    key,
    defaultValue: false,
    prerequisites: [{ key: 'base', value }],
    rules: [{ value: `for whom ${String(value)} is given` }],
  });
  const flags = [base, needs('theirs', 'secret of another'), needs('ours', 'ours')];
  const specialised = forCustomer(flags, 'cus_own');
  expect(JSON.stringify(specialised)).not.toContain('secret');
  expect(specialised[1]).toEqual({ key: 'theirs', defaultValue: false, rules: [] });
  expect(specialised[2]).toEqual(flags[2]);
  const [whole, rest] = [new FlagEvaluator(flags), new FlagEvaluator(specialised)];
  for (const id of ['eus_1', 'eus_2'])
    for (const { key } of flags)
      expect(rest.evaluate(key, { id }).value).toBe(whole.evaluate(key, { id, ...own }).value);
});
