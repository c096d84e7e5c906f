/**
 * The promise of the intervals, tried on tests in which nothing differs: a seeded run of A/A tests, looked at often.
 * What is allowed: α plus three standard errors of the count itself.
 */
import { absoluteEffect } from '../../../test/support/absolute-effect';
import { random as seeded } from '../../../test/support/simulated-device';
import { confidenceSequence, runningIntersection } from './confidence-sequence';
import { type EffectMoments, liftEffect, relativeEffect } from './effect';
import { estimateMean, type SampleMoments } from './estimate';
import { sampleRatioLogBayes, sequentialP } from './sample-ratio';
import { welch, type Interval } from './welch';

const TESTS = 400;
const LOOKS = 40;
const UNITS_A_LOOK = 25;
const ALPHA = 0.05;
const allowed = TESTS * ALPHA + 3 * Math.sqrt(TESTS * ALPHA * (1 - ALPHA));

const excludesZero = ([lower, upper]: Interval) => lower > 0 || upper < 0;

/** Runs one A/A test with a conversion rate of 30 % and tells `look` what both groups add up to after each step. */
function runTest(
  random: () => number,
  look: (control: SampleMoments, treatment: SampleMoments) => void,
): void {
  const sums = [0, 0];
  for (let step = 1; step <= LOOKS; step++) {
    for (const group of [0, 1]) {
      for (let unit = 0; unit < UNITS_A_LOOK; unit++) if (random() < 0.3) sums[group]! += 1;
    }
    const n = step * UNITS_A_LOOK;
    const [control, treatment] = sums.map((sum) => ({ n, sum, sumSquares: sum }));
    look(control!, treatment!);
  }
}

test('forty looks at A/A tests: the confidence sequence keeps its promise, the t test does not', () => {
  const random = seeded(20260101);
  let sequentialAlarms = 0;
  let fixedAlarms = 0;
  let finalAlarms = 0;
  for (let index = 0; index < TESTS; index++) {
    let running: Interval | undefined;
    let everSignificant = false;
    let last = false;
    runTest(random, (control, treatment) => {
      const moments = absoluteEffect(estimateMean(control), estimateMean(treatment));
      running = runningIntersection(
        running,
        confidenceSequence(moments, 1 - ALPHA, LOOKS * UNITS_A_LOOK * 2),
      );
      last = excludesZero(welch(moments, 1 - ALPHA).interval);
      everSignificant ||= last;
    });
    if (excludesZero(running!)) sequentialAlarms++;
    if (everSignificant) fixedAlarms++;
    if (last) finalAlarms++;
  }
  expect(sequentialAlarms).toBeLessThanOrEqual(allowed);
  expect(finalAlarms).toBeLessThanOrEqual(allowed);
  expect(fixedAlarms).toBeGreaterThan(2 * allowed);
});

test('few buy, and for very different sums: the lift keeps the promise from the first look on, where the delta method alone does not', () => {
  const random = seeded(777);
  const planned = 20_000;
  const amount = (): number => (random() < 0.01 ? Math.exp(3 * random()) : 0);
  let [alarms, ofDeltaAlone] = [0, 0];
  for (let index = 0; index < TESTS; index++) {
    const groups = [0, 1].map(() => ({ n: 0, sum: 0, sumSquares: 0 }));
    const running: (Interval | undefined)[] = [undefined, undefined];
    for (let n = 100; n <= planned / 2; n = Math.ceil(n * 1.25)) {
      for (const group of groups)
        for (; group.n < n; group.n++) {
          const paid = amount();
          group.sum += paid;
          group.sumSquares += paid * paid;
        }
      const [control, treatment] = groups.map((group) => estimateMean(group));
      if (control!.value === 0) continue;
      [liftEffect, relativeEffect].forEach((effect, at) => {
        const now = confidenceSequence(effect(control!, treatment!), 1 - ALPHA, planned);
        running[at] = runningIntersection(running[at], now);
      });
    }
    if (excludesZero(running[0]!)) alarms++;
    if (excludesZero(running[1]!)) ofDeltaAlone++;
  }
  expect(alarms).toBeLessThanOrEqual(allowed);
  expect(ofDeltaAlone).toBeGreaterThan(allowed);
});

test('of a small group that has met nothing rare yet it is not believed that there is nothing: at one to nine the promise is kept, too', () => {
  const random = seeded(778);
  const planned = 5000;
  let [alarms, ofEachAlone] = [0, 0];
  for (let index = 0; index < TESTS; index++) {
    const sums = [0, 0];
    let [wrong, wrongAlone] = [false, false];
    for (let n = 0, small = 0; n < planned;) {
      const group = n % 10 === 0 ? 1 : 0;
      small += group;
      if (random() < 0.01) sums[group]! += 1;
      if (++n % 100 !== 0 || small < 30 || sums[0] === 0) continue;
      const [control, treatment] = [n - small, small].map((of, at) =>
        estimateMean({ n: of, sum: sums[at]!, sumSquares: sums[at]! }),
      );
      const isWrong = (moments: EffectMoments) =>
        excludesZero(confidenceSequence(moments, 1 - ALPHA, planned));
      wrong ||= isWrong(liftEffect(control!, treatment!));
      wrongAlone ||= isWrong(absoluteEffect(control!, treatment!));
    }
    if (wrong) alarms++;
    if (wrongAlone) ofEachAlone++;
  }
  expect(alarms).toBeLessThanOrEqual(allowed);
  expect(ofEachAlone).toBeGreaterThan(2 * allowed);
});

test('the sequential sample-ratio check alarms in at most 1 % of fair splits, however often it is looked at', () => {
  const random = seeded(7);
  let alarms = 0;
  for (let index = 0; index < TESTS; index++) {
    const counts = [0, 0];
    let largest = 0;
    for (let unit = 0; unit < LOOKS * UNITS_A_LOOK; unit++) {
      counts[random() < 0.5 ? 0 : 1]! += 1;
      if (unit % UNITS_A_LOOK === 0) largest = Math.max(largest, sampleRatioLogBayes(counts, [50, 50]));
    }
    if (sequentialP(largest) < 0.01) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(TESTS * 0.01 + 3 * Math.sqrt(TESTS * 0.01));
});

test('a real difference is found, and a decision never un-happens', () => {
  const random = seeded(3);
  let running: Interval | undefined;
  let decidedAt: number | undefined;
  const sums = [0, 0];
  for (let n = 1; n <= 4000; n++) {
    sums[0]! += random() < 0.3 ? 1 : 0;
    sums[1]! += random() < 0.4 ? 1 : 0;
    if (n < 50) continue;
    const [control, treatment] = sums.map((sum) => estimateMean({ n, sum, sumSquares: sum }));
    running = runningIntersection(
      running,
      confidenceSequence(absoluteEffect(control!, treatment!), 0.95, 4000),
    );
    if (excludesZero(running)) decidedAt ??= n;
    if (decidedAt !== undefined) expect(running[0]).toBeGreaterThan(0);
  }
  expect(decidedAt).toBeLessThan(4000);
});
