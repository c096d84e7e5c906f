/** One batch size of one network on one rung: what it usually takes, and the part of a peak that it reaches. */
import { median } from '../measure/rounds';
import type { Network } from './networks';
import type { RungProcess } from './rung-process';

export interface Cell {
  readonly rung: string;
  readonly device: string;
  readonly network: string;
  readonly batch: number;
  readonly medianMs: number;
  readonly rowsPerSecond: number;
  readonly gigaflops: number;
  readonly ofPeak: number;
}

class Question {
  private readonly medians: number[] = [];

  constructor(
    readonly rung: RungProcess,
    private readonly network: Network,
    private readonly batch: number,
  ) {}

  async ask(seconds: number): Promise<void> {
    const times = await this.rung.times(this.network, this.batch, seconds);
    this.medians.push(median(times));
  }

  get gigaflops(): number {
    return (this.batch * this.network.operations) / median(this.medians) / 1e6;
  }

  cell(peakGigaflops: number): Cell {
    const medianMs = median(this.medians);
    return {
      rung: this.rung.rung.name,
      device: this.rung.info().device,
      network: this.network.name,
      batch: this.batch,
      medianMs,
      rowsPerSecond: (this.batch / medianMs) * 1000,
      gigaflops: this.gigaflops,
      ofPeak: this.gigaflops / peakGigaflops,
    };
  }
}

export function questionsTo(
  rungs: readonly RungProcess[],
  networks: readonly Network[],
  batches: readonly number[],
): Question[] {
  return rungs.flatMap((rung) =>
    networks.flatMap((network) => batches.map((batch) => new Question(rung, network, batch))),
  );
}

export function printTables(networks: readonly Pick<Network, 'name'>[], cells: readonly Cell[]): void {
  for (const { name } of networks) {
    const titles = ['batch', 'ms', 'rows/s', 'GFLOP/s', 'of peak'];
    console.log(`\n${name.padEnd(24)}${titles.map((title) => title.padStart(11)).join('')}`);
    for (const one of cells.filter(({ network }) => network === name)) {
      const numbers = [
        String(one.batch),
        one.medianMs.toPrecision(3),
        one.rowsPerSecond.toFixed(0),
        one.gigaflops.toPrecision(3),
        `${(one.ofPeak * 100).toFixed(1)} %`,
      ];
      console.log(`  ${one.rung.padEnd(22)}${numbers.map((number) => number.padStart(11)).join('')}`);
    }
  }
}
