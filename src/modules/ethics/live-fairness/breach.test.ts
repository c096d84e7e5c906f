/** The alarm by its promise: rarely false however often it is looked, and soon true where groups are far apart. */
import { random as seeded } from '../../../../test/support/simulated-device';
import { type Counts, MEASURES, type MeasureName, measuresOf, ratesOf } from '../fairness/fairness';
import { type BreachFigures, breachesOf, FALSE_ALARM_RATE } from './breach';
import { comparisonsOf, type MonitoredAttribute } from './monitored-groups';

const gender: MonitoredAttribute = { name: 'gender', groups: ['female', 'male'], cuts: [] };
const comparisons = comparisonsOf([gender]);
const FOUR_FIFTHS = { measure: 'DEMOGRAPHIC_PARITY_RATIO', threshold: 0.8 } as const;
type Cell = readonly [tp: number, fp: number, tn: number, fn: number];

const counts = ([tp, fp, tn, fn]: Cell): Counts => ({
  truePositives: tp,
  falsePositives: fp,
  trueNegatives: tn,
  falseNegatives: fn,
});
function found(men: Cell, women: Cell, rule: { measure: MeasureName; threshold: number }): BreachFigures[] {
  const groups = [ratesOf('male', counts(men)), ratesOf('female', counts(women))];
  return breachesOf([{ attribute: 'gender', groups, measures: measuresOf(groups) }], comparisons, rule);
}

/** Nightly looks at one quarter in which so many of each group are answered a day; the day of the alarm, or none. */
function alarmOf(random: () => number, men: number, women: number, perDay: number): number | undefined {
  const selected = [0, 0];
  for (let day = 1; day <= 92; day++) {
    for (let i = 0; i < perDay; i++) {
      if (random() < men) selected[0]!++;
      if (random() < women) selected[1]!++;
    }
    const n = day * perDay;
    const cells = selected.map((yes): Cell => [0, yes, n - yes, 0]);
    if (found(cells[0]!, cells[1]!, FOUR_FIFTHS).length > 0) return day;
  }
  return undefined;
}

test('a version exactly at the bound is reported in fewer quarters than promised, with a look every night', () => {
  const random = seeded(20260401);
  const quarters = 300;
  let alarms = 0;
  for (let i = 0; i < quarters; i++) if (alarmOf(random, 0.5, 0.4, 20) !== undefined) alarms++;
  expect(alarms).toBeLessThanOrEqual(quarters * FALSE_ALARM_RATE);
});

test('the verdict for one look would be reported in many of them', () => {
  const random = seeded(20260401);
  let alarms = 0;
  for (let i = 0; i < 300; i++) {
    const selected = [0, 0];
    for (let day = 1, alarmed = false; day <= 92 && !alarmed; day++) {
      for (let unit = 0; unit < 20; unit++) {
        if (random() < 0.5) selected[0]!++;
        if (random() < 0.4) selected[1]!++;
      }
      const groups = selected.map((yes, at) => ratesOf(`${at}`, counts([0, yes, day * 20 - yes, 0])));
      alarmed = measuresOf(groups).some(
        ({ name, verdict }) => name === FOUR_FIFTHS.measure && verdict === 'VIOLATED',
      );
      alarms += Number(alarmed);
    }
  }
  expect(alarms).toBeGreaterThan(300 * FALSE_ALARM_RATE);
});

test('a version that selects half as often is found within the quarter, each time', () => {
  const random = seeded(20260402);
  const days = Array.from({ length: 40 }, () => alarmOf(random, 0.6, 0.3, 20));
  expect(days).not.toContain(undefined);
});

test('it names the groups, their rates and people, and what is certain of the distance', () => {
  const [breach] = found([60, 20, 15, 5], [10, 5, 60, 25], FOUR_FIFTHS);
  expect(breach).toMatchObject({
    attribute: 'gender',
    rate: 'selectionRate',
    highest: 'male',
    highestRate: 0.8,
    highestPeople: 100,
    lowest: 'female',
    lowestRate: 0.15,
  });
  expect(breach!.distance).toBeCloseTo(0.1875);
  expect(breach!.certain).toBeGreaterThan(breach!.distance);
  expect(breach!.certain).toBeLessThan(0.8);
});

test.each(Object.keys(MEASURES) as MeasureName[])('%s: far apart is found, alike is not', (measure) => {
  const isRatio = MEASURES[measure].of === 'ratio';
  const rule = { measure, threshold: isRatio ? 0.8 : 0.1 };
  expect(found([450, 150, 150, 50], [100, 400, 350, 450], rule)).toHaveLength(1);
  expect(found([200, 50, 200, 50], [200, 50, 200, 50], rule)).toEqual([]);
});

test('nothing is said of a ratio to a rate that may be none, or of rates that are not told', () => {
  expect(found([0, 1, 9, 0], [0, 0, 10, 0], FOUR_FIFTHS)).toEqual([]);
  expect(
    found([0, 0, 0, 0], [0, 0, 0, 0], { measure: 'EQUAL_OPPORTUNITY_DIFFERENCE', threshold: 0.1 }),
  ).toEqual([]);
});
