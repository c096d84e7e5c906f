import { costOfDeviceTime, priceByBook, UsageUnit } from './price';

const BOOK = [
  { unit: UsageUnit.REQUEST, modelId: null, unitAmount: '0.4' },
  { unit: UsageUnit.REQUEST, modelId: 'mdl_large', unitAmount: '2.5' },
  { unit: UsageUnit.DEVICE_MILLISECOND, modelId: null, unitAmount: '0.0001' },
];

describe('a price', () => {
  it('is unit price times quantity, summed exactly over the units', () => {
    expect(priceByBook(BOOK, 'mdl_small', { requests: 3, rows: 96, deviceMs: 0.5 })).toBe('1.20005');
  });

  it('prefers the entry of the model, and charges nothing for a unit without an entry', () => {
    expect(priceByBook(BOOK, 'mdl_large', { requests: 1, rows: 1000, deviceMs: 0 })).toBe('2.5');
    expect(priceByBook([], 'mdl_large', { requests: 1, rows: 1, deviceMs: 1 })).toBe('0');
  });

  it('adds up: a thousand small costs are one large one', () => {
    expect(costOfDeviceTime('0.06', 1000)).toBe('0.06');
    expect(costOfDeviceTime('0.06', 0.027)).toBe('0.00000162');
  });
});
