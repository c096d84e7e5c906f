/** The time of a training step beside plain TensorFlow.js on the same backend, for every backend that runs here. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../main';
import { median } from '../measure/rounds';
import { type Goal, printGoals, printTable } from '../measure/table';
import { type Answer, BACKENDS, type Order, type TrainerName, TRAINERS } from './contender';
import { NETWORKS } from './networks';

/** Ours may take so much of the time of the faster peer. */
const GOAL = 1.1;
const WARM_UPS = 4;
/** Steps of the second look (the first one compiles), by which the number of steps of a round is chosen. */
const FIRST_STEPS = 2;

class Contender {
  private constructor(
    readonly name: TrainerName,
    readonly device: string,
    private readonly child: ChildProcess,
  ) {}

  /** Answers why the backend does not run here when it does not. */
  static async open(backend: string, name: TrainerName): Promise<Contender | string> {
    const child = fork(path.join(__dirname, 'contender.ts'), [backend, name], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const answer = await answerOf(child, backend);
    if (answer.kind === 'ready') return new Contender(name, answer.device, child);
    child.kill('SIGKILL');
    return answer.kind === 'refused' ? answer.reason : 'it answered out of turn';
  }

  /** Milliseconds a step. */
  async train(order: Order): Promise<{ step: number; loss: number }> {
    this.child.send(order);
    const answer = await answerOf(this.child, this.name);
    if (answer.kind !== 'trained') throw new Error(`${this.name} did not train`);
    const { rows, recipe } = NETWORKS[order.network]!;
    const steps = Math.min(Math.ceil(rows / recipe.batchSize), order.steps);
    return { step: answer.milliseconds / steps, loss: answer.loss };
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

async function answerOf(child: ChildProcess, name: string): Promise<Answer> {
  const hears = new AbortController();
  const { signal } = hears;
  const died = once(child, 'exit', { signal }).then(([code]): Answer => {
    return { kind: 'refused', reason: `${name} ended with ${String(code)}` };
  });
  died.catch(() => undefined);
  const said = once(child, 'message', { signal }) as Promise<[Answer]>;
  said.catch(() => undefined);
  const answer = await Promise.race([said.then(([answered]) => answered), died]);
  hears.abort();
  return answer;
}

interface Row {
  readonly backend: string;
  readonly device: string;
  readonly network: string;
  readonly steps: number;
  /** Median milliseconds of a step, by trainer. */
  readonly milliseconds: Readonly<Record<TrainerName, number>>;
  /** Median over the rounds of ours beside each peer. */
  readonly ratios: Readonly<Record<string, number>>;
  /** On the watched rows, behind the last epoch: each starts from its own weights, so they are alike and not equal. */
  readonly losses: Readonly<Record<TrainerName, number>>;
}

async function measured(
  backend: string,
  contenders: readonly Contender[],
  network: number,
  { rounds, seconds }: BenchmarkOptions,
): Promise<Row> {
  await contenders[0]!.train({ network, steps: FIRST_STEPS });
  const first = await contenders[0]!.train({ network, steps: FIRST_STEPS });
  const steps = Math.max(FIRST_STEPS, Math.min(32, Math.round((seconds * 1000) / first.step)));
  for (let turn = 0; turn < WARM_UPS; turn++)
    for (const contender of contenders) await contender.train({ network, steps });
  const times = new Map(contenders.map(({ name }): [TrainerName, number[]] => [name, []]));
  const losses = new Map<TrainerName, number>();
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length]!;
      const { step, loss } = await contender.train({ network, steps });
      times.get(contender.name)!.push(step);
      losses.set(contender.name, loss);
    }
  }
  const of = (name: TrainerName): number[] => times.get(name)!;
  const byTrainer = (figure: (name: TrainerName) => number): Record<TrainerName, number> =>
    Object.fromEntries(TRAINERS.map((name) => [name, figure(name)])) as Record<TrainerName, number>;
  return {
    backend,
    device: contenders[0]!.device,
    network: NETWORKS[network]!.name,
    steps,
    milliseconds: byTrainer((name) => median(of(name))),
    ratios: byTrainer((name) => median(of('flywheel').map((step, round) => step / of(name)[round]!))),
    losses: byTrainer((name) => losses.get(name)!),
  };
}

function report(rows: readonly Row[], refused: Readonly<Record<string, string>>, json: boolean): void {
  const goals = rows.map(({ backend, network, ratios }): Goal => {
    const reached = Math.max(ratios['model.fit']!, ratios['optimizer.minimize']!);
    const what = `${backend}, ${network}: step, beside the faster peer`;
    return { what, goal: `≤ ${GOAL}`, reached, met: reached <= GOAL };
  });
  if (json) {
    console.log(JSON.stringify({ benchmark: 'training', rows, refused, goals }));
    return;
  }
  for (const { name } of NETWORKS) {
    printTable(
      `${name}, ms a step`,
      [...TRAINERS.map((trainer) => trainer.replace('optimizer.', '')), 'to fit', 'to minimize'],
      rows
        .filter(({ network }) => network === name)
        .map(({ backend, milliseconds, ratios }) => [
          backend,
          ...TRAINERS.map((trainer) => milliseconds[trainer].toFixed(2)),
          ratios['model.fit']!.toFixed(2),
          ratios['optimizer.minimize']!.toFixed(2),
        ]),
    );
  }
  printGoals(goals);
  for (const [backend, reason] of Object.entries(refused)) console.log(`not measured: ${backend}: ${reason}`);
}

export const benchmark: Benchmark = {
  summary: 'the time of a training step, beside plain TensorFlow.js on each backend that runs here',
  async run(options) {
    const rows: Row[] = [];
    const refused: Record<string, string> = {};
    for (const { name: backend } of BACKENDS) {
      const contenders: Contender[] = [];
      try {
        for (const trainer of TRAINERS) {
          const opened = await Contender.open(backend, trainer);
          if (typeof opened === 'string') refused[backend] = opened;
          else contenders.push(opened);
        }
        if (contenders.length < TRAINERS.length) continue;
        for (const network of NETWORKS.keys())
          rows.push(await measured(backend, contenders, network, options));
      } finally {
        for (const contender of contenders) await contender.close();
      }
    }
    report(rows, refused, options.json);
  },
};
