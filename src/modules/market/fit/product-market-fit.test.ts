import type { SurveyOfCustomer } from '../../feedback';
import { fitBy, fitOf, FitStanding } from './product-market-fit';

const part = (customerId: string, figures: Partial<SurveyOfCustomer> = {}): SurveyOfCustomer => ({
  customerId,
  very: 0,
  somewhat: 0,
  not: 0,
  asked: 0,
  responded: 0,
  ...figures,
});

describe('product–market fit', () => {
  it('is the share of the very disappointed, with Wilson’s interval and the response beside it', () => {
    const { interval, ...rest } = fitOf([
      part('cus_1', { very: 3, not: 2, asked: 10, responded: 5 }),
      part('cus_2', { very: 1, somewhat: 4, asked: 10, responded: 4 }),
    ]);
    expect(rest).toEqual({
      answers: 10,
      veryDisappointed: 4,
      somewhatDisappointed: 4,
      notDisappointed: 2,
      share: 0.4,
      standing: FitStanding.UNDECIDED,
      asked: 20,
      responded: 9,
      responseRate: 0.45,
    });
    // Wilson 1927, of 4 among 10.
    expect(interval![0]).toBeCloseTo(0.1682, 4);
    expect(interval![1]).toBeCloseTo(0.6873, 4);
  });

  it('stands above or below the benchmark only when all of the interval does', () => {
    expect(fitOf([part('cus_1', { very: 7, not: 3 })]).standing).toBe(FitStanding.UNDECIDED);
    expect(fitOf([part('cus_1', { very: 70, not: 30 })]).standing).toBe(FitStanding.ABOVE);
    expect(fitOf([part('cus_1', { very: 20, not: 80 })]).standing).toBe(FitStanding.BELOW);
  });

  it('is nothing of nobody, and never zero by that', () => {
    expect(fitOf([])).toMatchObject({ answers: 0, share: null, interval: null, responseRate: null });
    expect(fitOf([part('cus_1', { asked: 4 })])).toMatchObject({ share: null, responseRate: 0 });
  });

  it('adds up over groups', () => {
    const parts = [part('a', { very: 1 }), part('b', { very: 2, not: 1 }), part('c', { somewhat: 5 })];
    const groups = fitBy(parts, (id) => (id === 'c' ? null : 'retail'));
    expect(groups.map(({ group, figures }) => [group, figures.answers])).toEqual([
      [null, 5],
      ['retail', 4],
    ]);
  });
});
