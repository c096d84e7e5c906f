import { seededIntegers } from '../../../../test/support/seeded-integers';
import { type EvaluatedFlag, FlagEvaluator } from './flag-evaluation';
import { possibleValues, settled } from './settled-flags';

const flag = (key: string, more: Partial<EvaluatedFlag> = {}): EvaluatedFlag => ({
  key,
  defaultValue: false,
  rules: [],
  ...more,
});
const all = { value: true };
const some = { condition: { id: 'eus_1' }, value: true };
const needs = (key: string, value: unknown = true): Partial<EvaluatedFlag> => ({
  rules: [all],
  prerequisites: [{ key, value }],
});

test.each([
  ['no rule', {}, [false]],
  ['a rule for some', { rules: [some] }, [true, false]],
  ['a rule for all', { rules: [all] }, [true]],
  ['a rule behind one for all', { rules: [all, { value: 'never' }] }, [true]],
  ['a share', { rules: [{ ...all, percentage: 50 }] }, [true, false]],
  // Whoever has no name is in no share.
  ['a share of all', { rules: [{ ...all, percentage: 100 }] }, [true, false]],
  ['a share of nobody', { rules: [{ ...all, percentage: 0 }] }, [false]],
  ['a prerequisite that may not be met', needs('other'), [true, false]],
])('with %s these may be given', (_what, more, values) => {
  expect(possibleValues(flag('flag', more))).toEqual(values);
});

test('what is always met is left out, and what is never met leaves the default alone', () => {
  const on = flag('on', { rules: [all] });
  const shared = flag('shared', { rules: [{ ...all, percentage: 50 }] });
  const flags = [
    on,
    shared,
    flag('a', needs('on')),
    flag('b', needs('on', false)),
    flag('c', needs('shared')),
  ];
  const [, , a, b, c] = settled(flags);
  expect(a).toEqual({ key: 'a', defaultValue: false, rules: [all] });
  expect(b).toEqual({ key: 'b', defaultValue: false, rules: [] });
  expect(c).toEqual(flags[4]);
});

test('it follows chains, takes what is not there for never met, and ends where flags go in a circle', () => {
  const chain = [flag('a', needs('b')), flag('b', needs('c')), flag('c')];
  expect(settled(chain).map(({ rules }) => rules)).toEqual([[], [], []]);
  expect(settled([flag('a', needs('nothing'))])[0]!.rules).toEqual([]);
  expect(settled([flag('a', needs('b')), flag('b', needs('a'))])).toHaveLength(2);
});

const KEYS = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5'];
const VALUES = [true, false, 1, '1', null, 'text', { a: 1 }, {}, [1], { $ne: 1, b: 2 }];

/** Flags of which each may require those that come after it. */
function randomFlags(next: (below: number) => number): EvaluatedFlag[] {
  const value = (): unknown => VALUES[next(4) === 0 ? next(VALUES.length) : next(2)];
  return KEYS.map((key, index) => ({
    key,
    defaultValue: value(),
    rules: Array.from({ length: next(3) }, () => ({
      ...(next(2) === 0 && { condition: { id: `eus_${next(4)}` } }),
      ...(next(3) === 0 && { percentage: [0, 50, 100][next(3)] }),
      value: value(),
    })),
    prerequisites: KEYS.slice(index + 1)
      .filter(() => next(4) === 0)
      .map((required) => ({ key: required, value: value() })),
    ...(next(5) === 0 && {
      experiment: {
        key: `test-${index}`,
        variants: [
          { key: 'text', weight: 50 },
          { key: 'other', weight: 50 },
        ],
      },
    }),
  }));
}

test('settled or not, 500 houses of flags give everybody the same, of what is said to be possible', () => {
  const integers = seededIntegers('prerequisites');
  const next = (below: number): number => Number(integers.below(BigInt(below)));
  const people = [{}, ...[0, 1, 2, 3].map((n) => ({ id: `eus_${n}`, analyticsConsent: n % 2 === 0 }))];
  let blocked = 0;
  for (let i = 0; i < 500; i++) {
    const flags = randomFlags(next);
    const after = settled(flags);
    const [whole, rest] = [new FlagEvaluator(flags), new FlagEvaluator(after)];
    for (const person of people) {
      for (const [at, key] of KEYS.entries()) {
        const expected = whole.evaluate(key, person);
        if (expected.unmet !== undefined) blocked++;
        expect({ flags, key, value: rest.evaluate(key, person).value }).toEqual({
          flags,
          key,
          value: expected.value,
        });
        expect(possibleValues(after[at]!)).toContainEqual(expected.value);
      }
    }
  }
  expect(blocked).toBeGreaterThan(1000);
});
