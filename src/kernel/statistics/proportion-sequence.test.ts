/** The promise of the sequence: looked at after every observation it misses the truth with at most the stated chance. */
import { random as seeded } from '../../../test/support/simulated-device';
import { wilsonInterval } from './proportion';
import { proportionSequence } from './proportion-sequence';

const RUNS = 400;
const LOOKS = 600;
const ALPHA = 0.05;
const allowed = RUNS * ALPHA + 3 * Math.sqrt(RUNS * ALPHA * (1 - ALPHA));

test.each([0.02, 0.3, 0.9])(
  'six hundred looks at a share of %d: at most as many misses as promised, where an interval for one look has many more',
  (truth) => {
    const random = seeded(20260201);
    let misses = 0;
    let fixedMisses = 0;
    for (let run = 0; run < RUNS; run++) {
      let successes = 0;
      let missed = false;
      let fixedMissed = false;
      for (let n = 1; n <= LOOKS; n++) {
        if (random() < truth) successes++;
        const holds = ([lower, upper]: readonly [number, number]) => lower <= truth && truth <= upper;
        missed ||= !holds(proportionSequence(successes, n, 1 - ALPHA));
        fixedMissed ||= !holds(wilsonInterval(successes, n, 1 - ALPHA));
      }
      misses += Number(missed);
      fixedMisses += Number(fixedMissed);
    }
    expect(misses).toBeLessThanOrEqual(allowed);
    expect(fixedMisses).toBeGreaterThan(allowed);
  },
);

test('the ends are where the mixture martingale reaches one over the chance', () => {
  // By hand for one success of one: B(3/2, 1/2) / B(1/2, 1/2) = 1/2, so p is left out when 1 / (2 p) > 20.
  const [lower, upper] = proportionSequence(1, 1, 0.95);
  expect(lower).toBeCloseTo(1 / 40, 12);
  expect(upper).toBe(1);
  expect(proportionSequence(0, 0, 0.95)).toEqual([0, 1]);
  const [low, high] = proportionSequence(30, 100, 0.95);
  const [lowOfRest, highOfRest] = proportionSequence(70, 100, 0.95);
  expect(low).toBeCloseTo(1 - highOfRest, 12);
  expect(high).toBeCloseTo(1 - lowOfRest, 12);
});
