import { type EvaluatedFlag, featuresOf, FlagEvaluator, isMet } from './flag-evaluation';

const experiment = {
  key: 'network-or-line',
  variants: [
    { key: 'control', weight: 50 },
    { key: 'network', weight: 30 },
    { key: 'line', weight: 20 },
  ],
};
const flag = (more: Partial<EvaluatedFlag> = {}): EvaluatedFlag => ({
  key: 'flag',
  defaultValue: 'default',
  rules: [],
  experiment,
  ...more,
});
const agreed = (id: string) => ({ id, analyticsConsent: true });
const users = Array.from({ length: 10_000 }, (_, index) => `eus_${index}`);

test('a unit keeps its variant: in another evaluator, at another time, in another order', () => {
  const one = new FlagEvaluator([flag()]);
  const other = new FlagEvaluator([flag({ key: 'unrelated' }), flag()]);
  const answers = users.map((id) => one.evaluate('flag', agreed(id)).variantKey);
  const again = [...users].reverse().map((id) => other.evaluate('flag', agreed(id)).variantKey);
  expect(again.reverse()).toEqual(answers);
});

test('shares come out as planned, within three standard errors', () => {
  const evaluator = new FlagEvaluator([flag()]);
  const counts: Record<string, number> = {};
  for (const id of users) {
    const key = evaluator.evaluate('flag', agreed(id)).variantKey!;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  for (const { key, weight } of experiment.variants) {
    const share = weight / 100;
    const error = Math.sqrt(users.length * share * (1 - share));
    expect(Math.abs(counts[key]! - users.length * share)).toBeLessThan(3 * error);
  }
});

test('another test splits the same people independently', () => {
  const first = new FlagEvaluator([flag()]);
  const second = new FlagEvaluator([flag({ experiment: { ...experiment, key: 'another' } })]);
  const both = users.filter(
    (id) =>
      first.evaluate('flag', agreed(id)).variantKey === 'control' &&
      second.evaluate('flag', agreed(id)).variantKey === 'control',
  );
  expect(Math.abs(both.length / users.length - 0.25)).toBeLessThan(0.02);
});

test('a rule that decides keeps a person out of the test', () => {
  const rule = { condition: { customerId: 'cus_vip' }, value: 'control' };
  const evaluator = new FlagEvaluator([flag({ rules: [rule] })]);
  expect(evaluator.evaluate('flag', { ...agreed('eus_1'), customerId: 'cus_vip' })).toEqual({
    value: 'control',
    rule: 0,
  });
  expect(
    evaluator.evaluate('flag', { ...agreed('eus_1'), customerId: 'cus_other' }).variantKey,
  ).toBeDefined();
});

test('a roll-out reaches its percentage and grows without taking anybody out', () => {
  const at = (percentage: number) => {
    const evaluator = new FlagEvaluator([
      flag({ rules: [{ value: 'on', percentage }], experiment: undefined }),
    ]);
    return new Set(users.filter((id) => evaluator.evaluate('flag', agreed(id)).value === 'on'));
  };
  const [ten, thirty] = [at(10), at(30)];
  expect(Math.abs(ten.size / users.length - 0.1)).toBeLessThan(0.01);
  for (const id of ten) expect(thirty.has(id)).toBe(true);
});

test('a share in front of a test takes as many people from each of its variants', () => {
  const evaluator = new FlagEvaluator([
    flag({ key: experiment.key, shareSeed: 'another', rules: [{ value: 'control', percentage: 30 }] }),
  ]);
  const met = users.map((id) => evaluator.evaluate(experiment.key, agreed(id)).variantKey);
  const left = met.filter((key) => key !== undefined);
  expect(Math.abs(left.length / users.length - 0.7)).toBeLessThan(0.015);
  for (const { key, weight } of experiment.variants)
    expect(Math.abs(left.filter((one) => one === key).length / left.length - weight / 100)).toBeLessThan(
      0.02,
    );
});

test('without a test and without a rule the default stands', () => {
  const evaluator = new FlagEvaluator([flag({ experiment: undefined })]);
  expect(evaluator.evaluate('flag', { id: 'eus_1' })).toEqual({ value: 'default' });
});

test('who did not agree to analytics, or has no name, is in no test', () => {
  const evaluator = new FlagEvaluator([flag()]);
  expect(evaluator.evaluate('flag', { id: 'eus_1' })).toEqual({ value: 'default' });
  expect(evaluator.evaluate('flag', { id: 'eus_1', analyticsConsent: false })).toEqual({ value: 'default' });
  expect(evaluator.evaluate('flag', { analyticsConsent: true })).toEqual({ value: 'default' });
});

test('the rule that decided is named', () => {
  const rules = [{ condition: { id: 'eus_2' }, value: 'second' }, { value: 'all' }];
  const evaluator = new FlagEvaluator([flag({ rules })]);
  expect(evaluator.evaluate('flag', { id: 'eus_2' })).toEqual({ value: 'second', rule: 0 });
  expect(evaluator.evaluate('flag', { id: 'eus_1' })).toEqual({ value: 'all', rule: 1 });
});

describe('a flag that requires another one', () => {
  const base = (rules: EvaluatedFlag['rules']): EvaluatedFlag => ({
    key: 'base',
    defaultValue: 'off',
    rules,
  });
  const child = (value: unknown): EvaluatedFlag =>
    flag({ prerequisites: [{ key: 'base', value }], rules: [{ value: 'on' }], experiment: undefined });

  test('gives its default, and says for which one, to whom that gives something else', () => {
    const rules = [{ condition: { id: 'eus_1' }, value: 'on' }];
    const evaluator = new FlagEvaluator([child('on'), base(rules)]);
    expect(evaluator.evaluate('flag', { id: 'eus_1' })).toEqual({ value: 'on', rule: 0 });
    expect(evaluator.evaluate('flag', { id: 'eus_2' })).toEqual({ value: 'default', unmet: 'base' });
  });

  test.each([
    [1, 1, true],
    ['1', 1, false],
    [1, '1', false],
    [true, 'text', false],
    [true, true, true],
    [null, null, true],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{}, {}, true],
    [[], {}, false],
  ])('takes %j, of what gives %j, to be met: %p', (required, given, met) => {
    const flags = [child(required), { ...base([]), defaultValue: given }];
    expect(new FlagEvaluator(flags).evaluate('flag', {}).value).toBe(met ? 'on' : 'default');
    expect(isMet(given, required)).toBe(met);
  });

  test('keeps people out of its test', () => {
    const tested = flag({ prerequisites: [{ key: 'base', value: 'on' }] });
    const rules = [{ value: 'on', percentage: 50 }];
    const evaluator = new FlagEvaluator([tested, base(rules)]);
    for (const id of users.slice(0, 500)) {
      const isIn = evaluator.evaluate('base', { id }).value === 'on';
      expect(evaluator.evaluate('flag', agreed(id)).variantKey !== undefined).toBe(isIn);
    }
  });

  test('asks each of them once, however many rules there are', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({
      condition: { id: `nobody-${index}` },
      value: 'x',
    }));
    const chain = Array.from({ length: 5 }, (_, index): EvaluatedFlag => ({
      key: `c${index}`,
      defaultValue: 'off',
      rules: many,
      prerequisites: index < 4 ? [{ key: `c${index + 1}`, value: 'off' }] : [],
    }));
    const features = featuresOf(chain);
    const asking = features['c0']!.rules!.filter(({ parentConditions }) => parentConditions);
    expect(asking).toHaveLength(1);
    expect(new FlagEvaluator(chain).evaluate('c0', { id: 'eus_1' })).toEqual({ value: 'off' });
  });
});
