/**
 * Every rung that uses a graphics card, against what that card does at most: large matrix products, one after the other on
 * the card, through the best of the rungs. On a machine without one it says what it could not measure, and why.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../main';
import { LADDER } from '../../src/modules/compute/ladder';
import { type Cell, printTables, questionsTo } from '../engines/cells';
import { LARGE, type Network, network, SMALL } from '../engines/networks';
import { RungProcess } from '../engines/rung-process';

const BATCHES = [1, 32, 1024, 8192];
const NETWORKS = [SMALL, LARGE];
const PART = 0.2;
/** Eight products of 4096 × 2048 by 2048 × 2048: the rows travel to the card once. */
const PRODUCT_ROWS = 4096;
const PRODUCT_WIDTHS = Array.from({ length: 9 }, () => 2048);
const ON_GPU = LADDER.filter(({ device }) => !device.startsWith('CPU'));

export const benchmark: Benchmark = {
  summary: 'every rung that uses a graphics card, against the card’s own peak',
  async run(options) {
    const refused: Record<string, string> = {};
    const rungs: RungProcess[] = [];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    try {
      for (const rung of ON_GPU) {
        const opened = await RungProcess.open(rung);
        if (typeof opened === 'string') refused[rung.name] = opened;
        else rungs.push(opened);
      }
      report(rungs.length > 0 ? await measured(rungs, folder, options) : undefined, refused, options.json);
    } finally {
      for (const rung of rungs) await rung.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Measured {
  readonly peak: { readonly rung: string; readonly device: string; readonly gigaflops: number };
  readonly cells: readonly Cell[];
}

async function measured(
  rungs: readonly RungProcess[],
  folder: string,
  { rounds, seconds }: BenchmarkOptions,
): Promise<Measured> {
  const product = onDisk(network('matrix products', PRODUCT_WIDTHS, 'linear'), folder);
  for (const rung of rungs) for (const one of [product, ...NETWORKS]) await rung.load(one);
  const products = questionsTo(rungs, [product], [PRODUCT_ROWS]);
  const questions = questionsTo(rungs, NETWORKS, BATCHES);
  for (let round = 0; round < rounds; round++)
    for (const question of [...products, ...questions]) await question.ask(seconds * PART);
  const [best] = products.sort((one, other) => other.gigaflops - one.gigaflops);
  const { gigaflops, rung } = best!;
  return {
    peak: { rung: rung.rung.name, device: rung.info().device, gigaflops },
    cells: [...products, ...questions].map((question) => question.cell(gigaflops)),
  };
}

/** Larger than a frame to the engine process may be: it reads the files itself, as it reads blobs. */
function onDisk(one: Network, folder: string): Network {
  const files = one.artefact.files.map(({ format, source }) => {
    const file = path.join(folder, format);
    if ('bytes' in source) fs.writeFileSync(file, source.bytes);
    return { format, source: { path: file } };
  });
  return { ...one, artefact: { ...one.artefact, files } };
}

function report(found: Measured | undefined, refused: Record<string, string>, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ benchmark: 'gpu', ...found, notMeasured: refused }));
    return;
  }
  if (found) {
    const { rung, device, gigaflops } = found.peak;
    console.log(`peak of ${device}, by ${rung}: ${(gigaflops / 1000).toFixed(2)} TFLOP/s`);
    printTables([{ name: 'matrix products' }, ...NETWORKS], found.cells);
  } else {
    console.log('No rung here uses a graphics card: nothing was measured.');
  }
  console.log('');
  for (const [name, reason] of Object.entries(refused)) console.log(`not measured: ${name}: ${reason}`);
}
