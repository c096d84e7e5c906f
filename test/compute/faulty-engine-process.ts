/**
 * An engine process like ours, with a backend that breaks as its artefact says: the artefact is a `Fault` as JSON. A fault
 * with a marker happens once and leaves the file behind, so that the next process is a healthy one. A healthy run doubles
 * each number. Its one rung takes the process with it once while the file is there that `DEADLY_RUNG` names.
 */
import fs from 'node:fs';
import { EngineKind, type Batch } from '../../src/modules/compute/engine';
import { NoEngineError } from '../../src/modules/compute/ladder';
import { LocalEngine, type Runnable } from '../../src/modules/compute/local-engine';
import { serveEngine } from '../../src/modules/compute/process/engine-server';

export interface Fault {
  readonly at?: 'LOAD' | 'RUN';
  readonly fault?: 'HANG' | 'DIE' | 'NAN' | 'SHORT' | 'DEVICE_LOST' | 'OUT_OF_MEMORY' | 'LEAK';
  readonly marker?: string;
  /** With RUN: only a batch that begins with this number. */
  readonly poison?: number;
}

const leaked: Buffer[] = [];

function breakAs({ fault, marker }: Fault, outputs: Float32Array): Float32Array {
  if (marker !== undefined) {
    if (fs.existsSync(marker)) return outputs;
    fs.writeFileSync(marker, '');
  }
  switch (fault) {
    case 'HANG':
      for (;;);
    case 'DIE':
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    case 'NAN':
      return outputs.map(() => NaN);
    case 'SHORT':
      return outputs.subarray(1);
    case 'DEVICE_LOST':
      throw new Error('vkQueueSubmit failed with VK_ERROR_DEVICE_LOST');
    case 'OUT_OF_MEMORY':
      return new Float32Array(2 ** 50);
    case 'LEAK':
      leaked.push(Buffer.alloc(256 * 2 ** 20, 1));
      return outputs;
    case undefined:
      return outputs;
  }
}

function open(bytes: Uint8Array): Promise<Runnable> {
  const script = JSON.parse(Buffer.from(bytes).toString()) as Fault;
  if (script.at === 'LOAD') breakAs(script, new Float32Array(0));
  return Promise.resolve({
    run({ rows }: Batch): Promise<Float32Array> {
      const outputs = rows.map((value) => value * 2);
      const breaks = script.at === 'RUN' && rows[0] === script.poison;
      return Promise.resolve(breaks ? breakAs(script, outputs) : outputs);
    },
    release: () => Promise.resolve(),
  });
}

async function climb(known: object, trying: (rung: string) => void): Promise<void> {
  if ('FAULTY' in known) throw new NoEngineError('auto', []);
  trying('FAULTY');
  await new Promise(setImmediate);
  const { DEADLY_RUNG: deadly = '' } = process.env;
  if (!fs.existsSync(deadly)) return;
  fs.rmSync(deadly);
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

const { choice, known } = JSON.parse(process.argv[3]!) as { choice: string; known: object };
serveEngine(process.argv[2]!, async (trying) => {
  await climb(known, trying);
  return {
    engine: new LocalEngine({
      kind: choice === 'onnx' ? EngineKind.ONNX : EngineKind.TENSORFLOW,
      device: 'test',
      version: 'test',
      open: (_format, bytes) => open(bytes),
      close: () => Promise.resolve(),
    }),
    refused: [],
  };
});
