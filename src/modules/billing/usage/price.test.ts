import { costOfDeviceTime, highestPerRequest, isFree, priceByBook, unpricedUnits, UsageUnit } from './price';

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

  it('of a repeated answer is that of a request where the book knows only requests', () => {
    const cached = { requests: 0, cachedRequests: 2, rows: 0, deviceMs: 0 };
    expect(priceByBook(BOOK, 'mdl_small', cached)).toBe('0.8');
    expect(priceByBook(BOOK, 'mdl_large', cached)).toBe('5');
    const own = [...BOOK, { unit: UsageUnit.CACHED_REQUEST, modelId: null, unitAmount: '0' }];
    expect(priceByBook(own, 'mdl_large', cached)).toBe('0');
  });

  it('of a deferred request is that of a request, unless the book has one for it', () => {
    const deferred = { requests: 0, economyRequests: 2, rows: 0, deviceMs: 0 };
    expect(priceByBook(BOOK, 'mdl_large', deferred)).toBe('5');
    const own = [...BOOK, { unit: UsageUnit.ECONOMY_REQUEST, modelId: null, unitAmount: '0.15' }];
    expect(priceByBook(own, 'mdl_large', deferred)).toBe('0.3');
  });

  it('knows which units a book leaves out, and what a request costs at most', () => {
    expect(unpricedUnits(BOOK)).toEqual([
      UsageUnit.CACHED_REQUEST,
      UsageUnit.PROMPT_TOKEN,
      UsageUnit.COMPLETION_TOKEN,
    ]);
    expect(highestPerRequest(BOOK)).toBe('2.5');
    expect(highestPerRequest([])).toBe('0');
  });

  it('counts tokens of both kinds, and nothing for those that were not told', () => {
    const book = [
      { unit: UsageUnit.PROMPT_TOKEN, modelId: null, unitAmount: '0.001' },
      { unit: UsageUnit.COMPLETION_TOKEN, modelId: null, unitAmount: '0.01' },
    ];
    const units = { requests: 1, rows: 0, deviceMs: 0 };
    expect(priceByBook(book, null, { ...units, promptTokens: 7, completionTokens: 5 })).toBe('0.057');
    expect(priceByBook(book, null, units)).toBe('0');
  });

  it('is asked for every model: a unit that has one for a single model has none for the others', () => {
    const own = { unit: UsageUnit.CACHED_REQUEST, modelId: 'mdl_large', unitAmount: '1' };
    expect(unpricedUnits([...BOOK, own])).toContain(UsageUnit.CACHED_REQUEST);
    expect(unpricedUnits([...BOOK, { ...own, modelId: null }])).not.toContain(UsageUnit.CACHED_REQUEST);
  });

  it('is nothing only where no unit has one', () => {
    expect(isFree([])).toBe(true);
    expect(isFree([{ unit: UsageUnit.REQUEST, modelId: null, unitAmount: '0.000' }])).toBe(true);
    expect(isFree(BOOK)).toBe(false);
    expect(isFree([{ unit: UsageUnit.ROW, modelId: 'mdl_large', unitAmount: '0.000000000001' }])).toBe(false);
  });

  it('stays exact where a double would not', () => {
    const book = [{ unit: UsageUnit.REQUEST, modelId: null, unitAmount: '9223372036854775807.000000000001' }];
    const units = { requests: 3, rows: 1, deviceMs: 0 };
    expect(priceByBook(book, null, units)).toBe('27670116110564327421.000000000003');
  });

  it('adds up: a thousand small costs are one large one', () => {
    expect(costOfDeviceTime('0.06', 1000)).toBe('0.06');
    expect(costOfDeviceTime('0.06', 0.027)).toBe('0.00000162');
  });
});
