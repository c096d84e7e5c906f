/**
 * What is promised to a person, tried: the same question is answered many times with and without them, and no answer may be
 * more than e^ε times as likely with them, chance aside. And how losses add up.
 */
import { seededIntegers } from '../../../../test/support/seeded-integers';
import {
  chargeOf,
  guaranteeOf,
  halfOf,
  isWithin,
  PrivacyAccounting,
  type PrivacyLoss,
  standingOf,
} from './privacy-loss';
import { fromDecimal, rational, toDecimal } from './rational';
import { noisyValues } from './noisy-values';
import { ReleaseStatistic } from './release-statistic';
import { rowsIn, scoresOf } from './row-counts';

const TIMES = 30_000;
/** Answers that came less often say nothing about a ratio. */
const LEAST = 60;
const values = { kind: 'SCORES', min: 1, max: 5 } as const;
const bins = scoresOf(values);
const epsilon = (text: string): PrivacyLoss => ({ kind: 'EPSILON', amount: fromDecimal(text) });

type Rows = readonly bigint[];
interface Question {
  readonly statistic: ReleaseStatistic;
  readonly loss: PrivacyLoss;
  readonly rowsPerPerson: number;
}

function answers(
  { statistic, loss, rowsPerPerson }: Question,
  rows: Rows,
  seed: string,
): Map<string, number> {
  const random = seededIntegers(seed);
  const seen = new Map<string, number>();
  const asked = { measure: { values, rowsPerPerson }, statistic, loss, bins };
  for (let i = 0; i < TIMES; i++) {
    const told = noisyValues(asked, rows, random);
    const key = (statistic === ReleaseStatistic.HISTOGRAM ? told.slice(0, 2) : told)
      .map(({ value }) => value)
      .join();
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return seen;
}

/** The largest |log ratio| of the chances of an answer, less four standard errors of it. */
function leastLoss(question: Question, without: Rows, withPerson: Rows): number {
  const [a, b] = [answers(question, without, 'without'), answers(question, withPerson, 'with')];
  const ratios = [...a].flatMap(([answer, times]) => {
    const others = b.get(answer) ?? 0;
    if (times < LEAST || others < LEAST) return [];
    return [Math.abs(Math.log(times / others)) - 4 * Math.sqrt(1 / times + 1 / others)];
  });
  expect(ratios.length).toBeGreaterThan(2);
  return Math.max(...ratios);
}

/** Two people said something; the third said 5 three times. */
const WITHOUT: Rows = [2n, 1n, 0n, 1n, 0n];
const WITH: Rows = [2n, 1n, 0n, 1n, 3n];

test.each([
  [ReleaseStatistic.COUNT, '1'],
  [ReleaseStatistic.SUM, '2'],
  [ReleaseStatistic.MEAN, '4'],
  [ReleaseStatistic.MEDIAN, '1'],
  [ReleaseStatistic.UPPER_QUARTILE, '2'],
  [ReleaseStatistic.HISTOGRAM, '2'],
])(
  'no %s tells more of a person than its ε of %s',
  (statistic, text) => {
    const question = { statistic, loss: epsilon(text), rowsPerPerson: 3 };
    expect(leastLoss(question, WITHOUT, WITH)).toBeLessThanOrEqual(Number(text));
  },
  60_000,
);

test('noise for one row does not hide a person with three: this would be seen', () => {
  const question = { statistic: ReleaseStatistic.COUNT, loss: epsilon('1'), rowsPerPerson: 1 };
  expect(leastLoss(question, WITHOUT, WITH)).toBeGreaterThan(1.5);
});

test('values beyond the bounds count as the bounds, and labels that nobody announced under OTHER', () => {
  const counts = [
    { value: '-7', rows: 2n },
    { value: '3', rows: 4n },
    { value: '5', rows: 1n },
    { value: '1000000', rows: 3n },
  ];
  expect(rowsIn(bins, values, counts)).toEqual([2n, 0n, 4n, 0n, 4n]);
  const labels = { kind: 'LABELS', labels: () => Promise.resolve(new Map()) } as const;
  const rows = [
    { value: 'wages', rows: 3n },
    { value: 'secret', rows: 2n },
    { value: 'OTHER', rows: 1n },
  ];
  expect(rowsIn(['wages', 'spam', 'OTHER'], labels, rows)).toEqual([3n, 0n, 3n]);
});

test('with hardly any noise the answers are those of the rows', () => {
  const value = (statistic: ReleaseStatistic, rows: Rows): string => {
    const asked = { measure: { values, rowsPerPerson: 1 }, statistic, loss: epsilon('900'), bins };
    return noisyValues(asked, rows, seededIntegers('quiet'))[0]!.value;
  };
  const rows: Rows = [600n, 0n, 0n, 0n, 400n];
  expect(value(ReleaseStatistic.COUNT, rows)).toBe('1000');
  expect(value(ReleaseStatistic.SUM, rows)).toBe('2600');
  expect(value(ReleaseStatistic.MEAN, rows)).toBe('2.6');
  expect(value(ReleaseStatistic.MEDIAN, rows)).toBe('1');
  expect(value(ReleaseStatistic.MEDIAN, [0n, 300n, 0n, 500n, 100n])).toBe('4');
  const quartiles = [ReleaseStatistic.LOWER_QUARTILE, ReleaseStatistic.UPPER_QUARTILE];
  expect(quartiles.map((statistic) => value(statistic, [240n, 0n, 500n, 200n, 60n]))).toEqual(['3', '4']);
  expect(value(ReleaseStatistic.MEAN, [0n, 0n, 0n, 0n, 0n])).toBe('3');
});

test('losses add without rounding: three tenths are one tenth and two, and not a millionth more', () => {
  const budget = { accounting: PrivacyAccounting.PURE, total: '0.3' };
  const { spent, left } = standingOf(budget, ['0.1', '0.1']);
  expect([toDecimal(spent, 12), toDecimal(left, 12)]).toEqual(['0.2', '0.1']);
  expect(isWithin(fromDecimal('0.1'), left)).toBe(true);
  expect(isWithin(fromDecimal('0.100001'), left)).toBe(false);
  expect(toDecimal(standingOf(budget, []).left, 12)).toBe('0.3');
});

test('in ρ a release of ε costs ε²/2, rounded up; in ε a release of ρ cannot be told', () => {
  const rho: PrivacyLoss = { kind: 'RHO', amount: fromDecimal('0.01') };
  expect(chargeOf(rho, PrivacyAccounting.ZCDP)).toEqual(rational(1n, 100n));
  expect(chargeOf(epsilon('0.5'), PrivacyAccounting.ZCDP)).toEqual(rational(1n, 8n));
  expect(chargeOf(epsilon('0.5'), PrivacyAccounting.PURE)).toEqual(rational(1n, 2n));
  expect(chargeOf(rho, PrivacyAccounting.PURE)).toBeUndefined();
  expect(toDecimal(chargeOf(epsilon('0.000001'), PrivacyAccounting.ZCDP)!, 12)).toBe('0.000000000001');
  expect(halfOf(rho).amount).toEqual(rational(1n, 200n));
});

test('a budget says in words what it promises', () => {
  expect(guaranteeOf({ accounting: PrivacyAccounting.PURE, total: '2' })).toBe('ε = 2, with no exception');
  // 0.125 + 2 √(0.125 · ln 10⁶)
  expect(guaranteeOf({ accounting: PrivacyAccounting.ZCDP, total: '0.125' })).toBe(
    'ρ = 0.125; that is ε = 2.75 but for a chance of one in a million',
  );
});

test('fractions are written as decimals, up where they do not end, also below zero', () => {
  expect(toDecimal(rational(-7n, 2n), 1)).toBe('-3.5');
  expect(toDecimal(rational(1n, 3n), 6)).toBe('0.333334');
  expect(toDecimal(rational(-1n, 3n), 6)).toBe('-0.333333');
  expect(toDecimal(rational(0n), 6)).toBe('0');
  expect(() => fromDecimal('1e3')).toThrow(RangeError);
});
