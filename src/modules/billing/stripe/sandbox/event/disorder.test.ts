import { disorder } from './disorder';

const THINGS = Array.from({ length: 200 }, (_, index) => index);

describe('disorder', () => {
  it('is the same for the same seed, and another for another', () => {
    const terms = { seed: 7, doubled: 0.2 };
    expect(disorder(THINGS, terms)).toEqual(disorder(THINGS, terms));
    expect(disorder(THINGS, terms)).not.toEqual(disorder(THINGS, { ...terms, seed: 8 }));
  });

  it('loses nothing, and brings about as much twice as it is told', () => {
    const all = disorder(THINGS, { seed: 7, doubled: 0.2 });
    expect(new Set(all).size).toBe(200);
    expect(all.length).toBeGreaterThan(220);
    expect(all.length).toBeLessThan(260);
    expect(disorder(THINGS, { seed: 7, doubled: 0 })).toHaveLength(200);
  });
});
