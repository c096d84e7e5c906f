import { reachedThresholds } from './usage-threshold';

describe('thresholds', () => {
  it('are reached at the very unit and not one before', () => {
    expect(reachedThresholds({ used: '49', limit: '99' })).toEqual([]);
    expect(reachedThresholds({ used: '50', limit: '99' })).toEqual([50]);
    expect(reachedThresholds({ used: '79.999999999999', limit: '100' })).toEqual([50]);
    expect(reachedThresholds({ used: '80', limit: '100' })).toEqual([50, 80]);
    expect(reachedThresholds({ used: '100', limit: '100' })).toEqual([50, 80, 100]);
    expect(reachedThresholds({ used: '250', limit: '100' })).toEqual([50, 80, 100]);
  });

  it('hold for limits beyond what a double can tell apart', () => {
    const limit = '9223372036854775807';
    expect(reachedThresholds({ used: '9223372036854775806', limit })).toEqual([50, 80]);
    expect(reachedThresholds({ used: limit, limit })).toEqual([50, 80, 100]);
  });

  it('do not exist for a limit of nothing', () => {
    expect(reachedThresholds({ used: '0', limit: '0' })).toEqual([]);
    expect(reachedThresholds({ used: '5', limit: '0' })).toEqual([]);
  });
});
