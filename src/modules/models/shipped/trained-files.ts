/** The files of a classifier that was trained by `npm run bench -- train`: its network, and what is known beside it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DenseLayer, denseOfBundle, denseToOnnx } from '../../compute';
import type { Metric } from '../evaluation.type';
import type { ShippedFile } from './shipped-model';

interface Facts {
  readonly vocabulary?: readonly string[];
  readonly denied?: number;
  readonly accuracy: { readonly value: number; readonly interval: number[]; readonly n: number };
}

/** One network in both formats, so that every engine can serve it. */
export async function networkFiles(folder: string): Promise<ShippedFile[]> {
  const bundle = await readFile(path.join(folder, 'network.bin'));
  const layers: readonly DenseLayer[] = denseOfBundle(bundle)!;
  return [
    { format: 'ONNX', bytes: denseToOnnx(layers) },
    { format: 'TFJS', bytes: bundle },
  ];
}

export async function factsOf(folder: string): Promise<Facts> {
  return JSON.parse(await readFile(path.join(folder, 'facts.json'), 'utf8')) as Facts;
}

export async function accuracyOf(folder: string): Promise<Metric[]> {
  const { value, interval, n } = (await factsOf(folder)).accuracy;
  return [{ name: 'accuracy', value, interval, level: 0.95, n }];
}
