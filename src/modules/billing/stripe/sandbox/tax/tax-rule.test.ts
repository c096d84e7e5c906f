import { behaviorOf, shareOf, taxOn, type TaxParty, treatmentOf } from './tax-rule';
import { rateById } from './tax-table';

const at = (country: string, more: Partial<TaxParty> = {}, postal_code: string | null = null): TaxParty => ({
  address: { country, postal_code, state: null },
  exempt: 'none',
  ids: [],
  ...more,
});
const rated = (country: string, postalCode?: string) => treatmentOf(at(country, {}, postalCode))!;

describe('a tax', () => {
  it.each([
    ['exclusive', 4900, 'usd', 931, 4900],
    ['inclusive', 4900, 'eur', 782, 4118],
    ['exclusive', -500, 'usd', -95, -500],
    ['inclusive', -500, 'eur', -80, -420],
    ['exclusive', 0, 'usd', 0, 0],
    // 0.19 × 50 = 9.5, rounded away from zero, in both directions.
    ['exclusive', 50, 'usd', 10, 50],
    ['exclusive', -50, 'usd', -10, -50],
    ['exclusive', 9_007_199_254_740_900, 'usd', 1_711_367_858_400_771, 9_007_199_254_740_900],
  ] as const)('of Germany, %s, on %d %s is %d', (behavior, amount, currency, tax, taxable) => {
    expect(taxOn(amount, rated('DE'), behavior, currency)).toEqual({ tax, taxable });
  });

  it('is rounded to what the currency has: whole yen, and dinars to ten', () => {
    expect(taxOn(1234, rated('JP'), 'exclusive', 'jpy')).toEqual({ tax: 123, taxable: 1234 });
    expect(taxOn(1235, rated('JP'), 'exclusive', 'jpy')).toEqual({ tax: 124, taxable: 1235 });
    expect(taxOn(1250, rated('BH'), 'exclusive', 'bhd')).toEqual({ tax: 130, taxable: 1250 });
    expect(taxOn(1100, rated('JP'), 'inclusive', 'jpy')).toEqual({ tax: 100, taxable: 1000 });
  });

  it('keeps fractions of a percent: 8.1 in Switzerland, 25.5 in Finland, 6.25 in Texas', () => {
    const on1000 = (country: string, code?: string) =>
      taxOn(1000, rated(country, code), 'exclusive', 'usd').tax;
    expect([on1000('CH'), on1000('FI'), on1000('US', '78701')]).toEqual([81, 255, 63]);
  });

  it('is owed by a business itself where its id says so, and by nobody who is exempt', () => {
    const business = treatmentOf(at('DE', { ids: [{ type: 'eu_vat', value: 'DE123456789' }] }))!;
    expect(business).toMatchObject({ reason: 'reverse_charge', percentage: 0 });
    expect(taxOn(4900, business, 'exclusive', 'usd')).toEqual({ tax: 0, taxable: 4900 });
    expect(rateById(business.rate)).toMatchObject({ percentage: 19, effective_percentage: 0, country: 'DE' });
    // A British number says nothing about Germany.
    expect(treatmentOf(at('DE', { ids: [{ type: 'gb_vat', value: 'GB123456789' }] }))).toMatchObject({
      reason: 'standard_rated',
    });
    expect(treatmentOf(at('DE', { exempt: 'reverse' }))).toMatchObject({ reason: 'reverse_charge' });
    const exempt = treatmentOf(at('DE', { exempt: 'exempt' }))!;
    expect(taxOn(4900, exempt, 'exclusive', 'usd')).toEqual({ tax: 0, taxable: 0 });
  });

  it('is collected only where the account is registered, by state where states differ', () => {
    expect(rated('BR')).toMatchObject({ reason: 'not_collecting', percentage: 0 });
    expect(rated('US', '97201')).toMatchObject({ reason: 'not_collecting' });
    expect(rated('US', '10001')).toMatchObject({ percentage: 4 });
    expect([rated('CA', 'M5V 1A1').percentage, rated('CA', 'V6B 1A1').percentage]).toEqual([13, 5]);
    expect(rateById(rated('CA', 'M5V 1A1').rate)).toMatchObject({ state: 'ON', display_name: 'HST' });
    expect(rateById('txr_DE200000')).toBeUndefined();
    expect(rateById('txr_nope')).toBeUndefined();
  });

  it('needs a country, of the United States a postal code, of Canada one or a province', () => {
    expect(treatmentOf(at(''))).toBeUndefined();
    expect(treatmentOf({ address: null, exempt: 'none', ids: [] })).toBeUndefined();
    expect(treatmentOf(at('US'))).toBeUndefined();
    expect(treatmentOf(at('US', {}, '9810'))).toBeUndefined();
    expect(treatmentOf(at('CA'))).toBeUndefined();
    const address = { country: 'CA', postal_code: null, state: 'BC' };
    expect(treatmentOf({ address, exempt: 'none', ids: [] })).toMatchObject({ percentage: 5 });
  });

  it('lies in the price where the price or the custom of its currency says so', () => {
    expect(behaviorOf('inclusive', 'usd')).toBe('inclusive');
    expect(behaviorOf('exclusive', 'eur')).toBe('exclusive');
    expect(['usd', 'cad', 'eur', 'jpy'].map((currency) => behaviorOf('unspecified', currency))).toEqual([
      'exclusive',
      'exclusive',
      'inclusive',
      'inclusive',
    ]);
  });

  it('goes back in parts that make it up to the cent', () => {
    const parts = [1, 1000, 2333, 3, 2494];
    let before = 0;
    const shares = parts.map((part) => {
      const share = shareOf(931, part, 5831, before);
      before += part;
      return share;
    });
    expect(before).toBe(5831);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(931);
    expect(shareOf(931, 5831, 5831)).toBe(931);
    expect(shareOf(7, 1, 0)).toBe(0);
  });
});
