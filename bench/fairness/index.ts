/** What a flood does to a customer within its share, and how backlogged customers share; ours beside one queue for all. */
import { schedulerPolicy } from '../../test/support/scheduler-policy';
import {
  type Course,
  poisson,
  type Policy,
  quantile,
  random,
  simulate,
} from '../../test/support/simulated-device';
import { FixedWindow } from '../batching/policies';
import type { Benchmark } from '../main';
import { median } from '../measure/rounds';
import { type Goal, printGoals, printTable } from '../measure/table';

const deviceMs = (rows: number): number => 1 + rows * 0.05;
const BATCH_ROWS = 256;
const CAPACITY = BATCH_ROWS / deviceMs(BATCH_ROWS);
const CUSTOMER_ROWS = 4096;
/** Of four customers alike: half of its share. */
const MODEST = 0.125;
const OTHERS = ['x', 'y', 'z'];
/** What all four send together: half a house, a full one within everyone's share, and the others at three times the device. */
const HOUSES = [
  { name: 'house half full', others: 0.5 - MODEST },
  { name: 'house full, all within their shares', others: 0.97 - MODEST },
  { name: 'the others flood at 3 ×', others: 3 },
];
const WEIGHTS = { free: 1, pro: 4, scale: 16 } as const;
const MOVE = 0.1;
const SHARE = 0.02;

const CONTENDERS: readonly { readonly name: string; readonly policy: () => Policy }[] = [
  {
    name: 'flywheel',
    policy: () => schedulerPolicy(deviceMs, { batchRows: BATCH_ROWS, customerRows: CUSTOMER_ROWS }) as Policy,
  },
  { name: 'one queue, 5 ms window', policy: () => new FixedWindow(5, BATCH_ROWS) as Policy },
];

const run = (policy: Policy, arrivals: Parameters<typeof simulate>[1], seed: number): Course => {
  const next = random(seed);
  return simulate(policy, arrivals, (rows) => deviceMs(rows) * (0.9 + 0.2 * next()));
};

function modestP99(policy: Policy, others: number, untilMs: number, seed: number): number {
  const modest = poisson('modest', CAPACITY * MODEST, untilMs, seed, { withinMs: 60_000 });
  const rest = OTHERS.flatMap((id, at) =>
    poisson(id, (CAPACITY * others) / OTHERS.length, untilMs, seed + 1 + at, { withinMs: 60_000 }),
  );
  const { done } = run(policy, [...modest, ...rest], seed + 9);
  const own = done.filter(({ work }) => work.customerId === 'modest');
  return quantile(
    own.map(({ work, at }) => at - work.arrivedAt),
    0.99,
  );
}

/** Largest distance of a customer's part of the device from what its weight says, as a part of that. */
function shares(untilMs: number, seed: number): { readonly worst: number; readonly parts: number[] } {
  const ids = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];
  const arrivals = ids.flatMap((id, at) =>
    poisson(id, CAPACITY * 1.2, untilMs, seed + at, { weight: WEIGHTS[id] }),
  );
  const { done } = run(CONTENDERS[0]!.policy(), arrivals, seed + 9);
  const received = ids.map((id) =>
    done.reduce(
      (sum, { work, at, deviceMs: ms }) => (work.customerId === id && at <= untilMs ? sum + ms : sum),
      0,
    ),
  );
  const all = received.reduce((sum, ms) => sum + ms, 0);
  const weights = ids.reduce((sum, id) => sum + WEIGHTS[id], 0);
  const parts = received.map((ms) => ms / all);
  const off = ids.map((id, at) => Math.abs(parts[at]! / (WEIGHTS[id] / weights) - 1));
  return { worst: Math.max(...off), parts };
}

export const benchmark: Benchmark = {
  summary: 'a customer within its share while others flood; how those with a backlog share',
  run({ json, rounds, seconds }) {
    const seeds = Array.from({ length: rounds }, (_, round) => 100 * (round + 1));
    const untilMs = seconds * 1000;
    const p99 = CONTENDERS.map(({ name, policy }) => ({
      name,
      ms: HOUSES.map(({ others }) => median(seeds.map((seed) => modestP99(policy(), others, untilMs, seed)))),
    }));
    const courses = seeds.map((seed) => shares(untilMs, seed + 50));
    const worst = median(courses.map((course) => course.worst));
    const parts = Object.keys(WEIGHTS).map((_, at) => median(courses.map((course) => course.parts[at]!)));
    const [, full, flood] = p99[0]!.ms;
    const moved = flood! / full! - 1;
    const goals: Goal[] = [
      {
        what: 'p99 within the share moves, full house to flood',
        goal: `≤ ${MOVE}`,
        reached: moved,
        met: moved <= MOVE,
      },
      {
        what: 'backlogged shares off their weights',
        goal: `≤ ${SHARE}`,
        reached: worst,
        met: worst <= SHARE,
      },
    ];
    if (json) {
      const houses = HOUSES.map(({ name }) => name);
      console.log(JSON.stringify({ benchmark: 'fairness', houses, p99, weights: WEIGHTS, parts, goals }));
      return Promise.resolve();
    }
    const columns = p99.map(({ name }) => name.split(',')[0]!.slice(0, 10));
    const rows = HOUSES.map(({ name }, at) => [name, ...p99.map(({ ms }) => ms[at]!.toFixed(1))]);
    printTable('p99 of the modest one, ms', columns, rows);
    printTable('part of the device', Object.keys(WEIGHTS), [
      ['weight', ...Object.values(WEIGHTS).map((weight) => (weight / 21).toFixed(4))],
      ['received', ...parts.map((part) => part.toFixed(4))],
    ]);
    printGoals(goals);
    return Promise.resolve();
  },
};
