/** Every rung of the ladder that runs on this machine, against the machine's own matrix product in the same rounds. */
import type { Benchmark, BenchmarkOptions } from '../main';
import { LADDER } from '../../src/modules/compute/ladder';
import { type Cell, printTables, questionsTo } from './cells';
import { MachinePeak } from './machine-peak';
import { LARGE, SMALL } from './networks';
import { RungProcess } from './rung-process';

const BATCHES = [1, 32, 1024];
const NETWORKS = [SMALL, LARGE];
/** The part of a contender's seconds that a matrix product, or one batch size of one network, gets in a round. */
const PART = 0.2;

export const benchmark: Benchmark = {
  summary: 'every rung of the ladder here, against the machine’s own matrix product',
  async run(options) {
    const refused: Record<string, string> = {};
    const rungs: RungProcess[] = [];
    const peaks = [await MachinePeak.of(1), await MachinePeak.of()];
    try {
      for (const rung of LADDER) {
        const opened = await RungProcess.open(rung);
        if (typeof opened === 'string') refused[rung.name] = opened;
        else rungs.push(opened);
      }
      for (const rung of rungs) for (const one of NETWORKS) await rung.load(one);
      report(await measured(rungs, peaks, options), refused, options.json);
    } finally {
      for (const rung of rungs) await rung.close();
      for (const peak of peaks) await peak.release();
    }
  },
};

interface Measured {
  readonly peaks: readonly { readonly threads: number; readonly gigaflops: number }[];
  readonly cells: readonly Cell[];
}

async function measured(
  rungs: readonly RungProcess[],
  peaks: readonly MachinePeak[],
  { rounds, seconds }: BenchmarkOptions,
): Promise<Measured> {
  const part = seconds * PART;
  const products = peaks.map((): number[] => []);
  const questions = questionsTo(rungs, NETWORKS, BATCHES);
  for (let round = 0; round < rounds; round++) {
    for (const [index, peak] of peaks.entries()) products[index]!.push(await peak.gigaflops(part));
    for (const question of questions) await question.ask(part);
  }
  // A peak is what was reached at most; what is measured against it is what is usual.
  const best = peaks.map(({ threads }, index) => ({ threads, gigaflops: Math.max(...products[index]!) }));
  return { peaks: best, cells: questions.map((question) => question.cell(best[0]!.gigaflops)) };
}

function report({ peaks, cells }: Measured, refused: Record<string, string>, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ benchmark: 'engines', peaks, cells, refused }));
    return;
  }
  for (const { threads, gigaflops } of peaks)
    console.log(
      `matrix product, ${threads} thread${threads > 1 ? 's' : ''}: ${gigaflops.toFixed(1)} GFLOP/s`,
    );
  printTables(NETWORKS, cells);
  console.log('\n“of peak” is of one thread, which is what every engine here runs on.');
  for (const [rung, reason] of Object.entries(refused)) console.log(`not measured: ${rung}: ${reason}`);
}
