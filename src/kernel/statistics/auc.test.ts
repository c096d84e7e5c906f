import { areaUnderCurve, aucWithInterval } from './auc';

test('equal scores count half, and a class that is missing has no area', () => {
  expect(aucWithInterval([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0])!.auc).toBe(3.5 / 4);
  expect(aucWithInterval([1, 2], [1, 1])).toBeUndefined();
  expect(areaUnderCurve([0.9, 0.4, 0.4, 0.1], [true, true, false, false])).toBe(3.5 / 4);
  expect(areaUnderCurve([1, 2], [true, true])).toBeUndefined();
});

test('a score that is no number comes to an end too', () => {
  expect(aucWithInterval([NaN, 1, 0], [1, 1, 0])).toBeDefined();
});

test("DeLong's standard error and its interval on the logit scale, with ties within and across the classes", () => {
  // Worked by the definition with NumPy and SciPy: means and variances of ψ(positive, negative) over all 36 pairs.
  const scores = [0.95, 0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.3, 0.1];
  const labels = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0];
  const { auc, standardError, interval } = aucWithInterval(scores, labels)!;
  expect(auc).toBeCloseTo(5 / 6, 12);
  expect(standardError).toBeCloseTo(0.12171612389003691, 12);
  expect(interval[0]).toBeCloseTo(0.47297923440518225, 9);
  expect(interval[1]).toBeCloseTo(0.9653456943441747, 9);
  const [lower, upper] = aucWithInterval(scores, labels, 0.8)!.interval;
  expect(lower).toBeCloseTo(0.6192444153483463, 9);
  expect(upper).toBeCloseTo(0.9389192909251574, 9);
});

test('of a perfect separation, or a perfectly wrong one, the smaller class says how sure it is', () => {
  // Wilson's interval of 3 of 3
  const right = aucWithInterval([9, 8, 7, 3, 2, 1, 0], [1, 1, 1, 0, 0, 0, 0])!;
  expect(right).toMatchObject({ auc: 1, standardError: 0 });
  expect(right.interval[0]).toBeCloseTo(0.43850296824495455, 9);
  expect(right.interval[1]).toBe(1);
  const wrong = aucWithInterval([9, 8, 7, 3, 2, 1, 0], [0, 0, 0, 1, 1, 1, 1])!;
  expect(wrong.auc).toBe(0);
  expect(wrong.interval[1]).toBeCloseTo(1 - 0.43850296824495455, 9);
});

test('one case of a class says no more than one case can, however many there are of the other', () => {
  const negatives = Array.from({ length: 999 }, (_, at) => at / 1000);
  const { auc, interval } = aucWithInterval([0.7, ...negatives], [1, ...negatives.map(() => 0)])!;
  expect(auc).toBeCloseTo(0.701, 2);
  expect(interval[0]).toBeLessThan(0.2);
  expect(interval[1]).toBeGreaterThan(0.95);
});
