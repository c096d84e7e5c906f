/** How two versions' answers differ. */
import { answerDifference } from './answer-difference';

test('other labels are counted, numbers measured by the largest difference of a row', () => {
  const answers = [
    { probability: 0.2, label: 'no' },
    { probability: 0.6, label: 'yes' },
  ];
  const shadow = [
    { probability: 0.25, label: 'no' },
    { probability: 0.4, label: 'no' },
  ];
  const found = answerDifference(answers, shadow);
  expect(found).toMatchObject({ rows: 2, disagreed: 1 });
  expect(found.difference).toBeCloseTo(0.25, 12);
  expect(found.largest).toBeCloseTo(0.2, 12);
});

test('classes are compared one by one; what only one of them answers is not compared', () => {
  const found = answerDifference([{ classes: [0.1, 0.9], extra: 3 }], [{ classes: [0.3, 0.7] }]);
  expect(found.difference).toBeCloseTo(0.2, 12);
  expect(answerDifference([{ label: 'a' }], [{}])).toEqual({
    rows: 1,
    disagreed: 0,
    difference: 0,
    largest: 0,
  });
  expect(answerDifference([{ a: [1] }], [{ a: [1, 2] }])).toMatchObject({ difference: 0 });
});
