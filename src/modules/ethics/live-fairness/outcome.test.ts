import { isPositive, isSelected } from './outcome';

const hired = { positiveLabel: 'hired', scoreFrom: null };
const scored = { positiveLabel: null, scoreFrom: 0.6 };

test('an answer is positive by its class or by its number, whichever the monitor names', () => {
  expect(isSelected(hired, { probability: 0.9, label: 'hired' })).toBe(true);
  expect(isSelected(hired, [{ probability: 0.1, label: 'not hired' }])).toBe(false);
  expect(isSelected(scored, { probability: 0.6, label: 'not hired' })).toBe(true);
  expect(isSelected(scored, { probability: 0.59 })).toBe(false);
  expect(isPositive(hired, 'hired')).toBe(true);
  expect(isPositive(scored, 0.2)).toBe(false);
});

test('what does not say it is not counted: other outputs, several rows, texts, nothing', () => {
  for (const outputs of [
    { probability: 0.9 },
    [{ label: 'hired' }, { label: 'hired' }],
    'hired',
    null,
    [],
    7,
  ])
    expect(isSelected(hired, outputs)).toBeUndefined();
  expect(isSelected(scored, { scores: [0.1, 0.9] })).toBeUndefined();
  expect(isPositive(hired, 1)).toBeUndefined();
  expect(isPositive(scored, 'hired')).toBeUndefined();
});
