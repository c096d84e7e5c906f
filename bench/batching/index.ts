/** Batching at half, nearly full and one and a half times the capacity: ours beside a fixed window and BentoML's rule. */
import type { Benchmark } from '../main';
import { type Goal, printGoals, printTable } from '../measure/table';
import { type EngineFigures, onEngine } from './engine';
import { type PolicyFigures, simulated } from './simulated';

const LOADS = [0.5, 0.9, 1.5];
const GOODPUT = 0.99;
const LATE = 0.001;
const REFUSAL_MS = 5;
const COST = 0.01;

export const benchmark: Benchmark = {
  summary:
    'batching at overload, beside a fixed window and BentoML’s rule; what requests cost beside the device',
  async run({ json, rounds, seconds }) {
    const loads = LOADS.map((load) => ({ load, figures: simulated(load, rounds, seconds) }));
    const engine = await onEngine(seconds);
    const goals = goalsOf(loads.at(-1)!.figures[0]!, engine);
    if (json) return void console.log(JSON.stringify({ benchmark: 'batching', loads, engine, goals }));
    for (const { load, figures } of loads) print(load, figures);
    printEngine(engine);
    printGoals(goals);
  },
};

const percent = (part: number): string => `${(part * 100).toFixed(2)} %`;

function print(load: number, figures: readonly PolicyFigures[]): void {
  const columns = ['goodput', 'refused', 'late', 'p50 ms', 'p99 ms', 'rows', 'refusal p99'];
  const rows = figures.map(({ name, goodput, refused, late, p50, p99, batchRows, refusalP99 }) => [
    name,
    percent(goodput),
    percent(refused),
    percent(late),
    p50.toFixed(1),
    p99.toFixed(1),
    batchRows.toFixed(0),
    `${refusalP99.toFixed(2)} ms`,
  ]);
  printTable(`simulated device, load ${load}`, columns, rows);
}

function printEngine(figures: EngineFigures): void {
  const { engine, capacityRowsPerSecond, goodput, refused, late, p50, p99, refusalP99, cost } = figures;
  const columns = ['goodput', 'refused', 'late', 'p50 ms', 'p99 ms', 'rows/s', 'refusal p99'];
  const row = [percent(goodput), percent(refused), percent(late), p50.toFixed(1), p99.toFixed(1)];
  row.push(capacityRowsPerSecond.toFixed(0), `${refusalP99.toFixed(2)} ms`);
  printTable('engine process, load 1.5', columns, [[engine, ...row]]);
  const { deviceMs, requestsMs, unattributedMs } = cost;
  printTable(
    'cost, ms of the device',
    ['device', 'requests', 'nobody’s'],
    [['', deviceMs.toFixed(1), requestsMs.toFixed(1), unattributedMs.toFixed(1)]],
  );
}

function goalsOf(
  simulatedFigures: PolicyFigures,
  { goodput, late, refusalP99, cost }: EngineFigures,
): Goal[] {
  const atLeast = (what: string, reached: number, goal: number): Goal => ({
    what,
    goal: `≥ ${goal}`,
    reached,
    met: reached >= goal,
  });
  const atMost = (what: string, reached: number, goal: number): Goal => ({
    what,
    goal: `≤ ${goal}`,
    reached,
    met: reached <= goal,
  });
  return [
    atLeast('simulated: goodput at 1.5 × as a part of capacity', simulatedFigures.goodput, GOODPUT),
    atMost('simulated: admitted but late', simulatedFigures.late, LATE),
    atMost('simulated: p99 of deciding a refusal, ms', simulatedFigures.refusalP99, REFUSAL_MS),
    atLeast('engine: goodput at 1.5 × as a part of capacity', goodput, GOODPUT),
    atMost('engine: admitted but late', late, LATE),
    atMost('engine: p99 of refusals, ms', refusalP99, REFUSAL_MS),
    atMost('engine: Σ cost of requests beside the device’s bill', cost.difference, COST),
  ];
}
