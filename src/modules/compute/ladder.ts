/**
 * The ladder: every way to run a model on this machine, the best device first. Each rung is tried and self-tested
 * before it is believed, and why it was refused is kept in words, because the person who wonders why their GPU idles
 * reads it in the start log, in `doctor` and in GraphQL. Pure: the caller says how a rung is tried.
 */
import type { EngineChoice } from '../../platform/config';
import { EngineKind, type Engine, type EngineRefusal } from './engine';

type RungName = Exclude<EngineChoice, 'auto' | 'onnx'> | 'onnx-cuda' | 'onnx-webgpu' | 'onnx-cpu';

export interface Rung {
  readonly name: RungName;
  readonly kind: EngineKind;
  /** The device in the words of a refusal, before the real one is known. */
  readonly device: string;
}

const onnx = (name: RungName, device: string): Rung => ({
  name,
  kind: EngineKind.ONNX,
  device,
});
const tensorflow = (name: RungName, device: string): Rung => ({
  name,
  kind: EngineKind.TENSORFLOW,
  device,
});

export const LADDER: readonly Rung[] = [
  tensorflow('tensorflow-gpu', 'CUDA through tfjs-node-gpu'),
  tensorflow('tensorflow-webgpu', 'WebGPU through tfjs and Dawn'),
  onnx('onnx-cuda', 'CUDA through onnxruntime'),
  onnx('onnx-webgpu', 'WebGPU through onnxruntime'),
  onnx('onnx-cpu', 'CPU through onnxruntime'),
  tensorflow('tensorflow-node', 'CPU through the addon of tfjs-node-gpu'),
  tensorflow('tensorflow-wasm', 'CPU through tfjs and WebAssembly'),
  tensorflow('tensorflow-cpu', 'CPU through tfjs in plain JavaScript'),
];

/** The rungs that the configuration allows: all, one family, or the one that was forced. */
export function rungsFor(choice: EngineChoice, kind?: EngineKind): readonly Rung[] {
  if (kind) return LADDER.filter((rung) => rung.kind === kind);
  if (choice === 'auto') return LADDER;
  if (choice === 'onnx') return LADDER.filter((rung) => rung.kind === EngineKind.ONNX);
  return LADDER.filter((rung) => rung.name === choice);
}

export interface Climb {
  readonly engine: Engine;
  readonly rung: Rung;
  /** The rungs above it, best first. */
  readonly refused: readonly EngineRefusal[];
}

export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';

  constructor(
    choice: EngineChoice,
    readonly refused: readonly EngineRefusal[],
  ) {
    const reasons = refused.map((refusal) => `${refusal.device}: ${refusal.reason}`).join('; ');
    super(
      choice === 'auto'
        ? `No inference engine works on this machine. ${reasons}`
        : `FLYWHEEL_ENGINE is ${choice}, but it does not work on this machine (${reasons}). Repair it, or set FLYWHEEL_ENGINE=auto to take the best one that works.`,
    );
  }
}

/**
 * Tries one rung after the other, never two at once (a provider that fails may take the process with it).
 * `known` holds rungs whose refusal is already certain. @throws NoEngineError when none holds.
 */
export async function climb(
  choice: EngineChoice,
  rungs: readonly Rung[],
  attempt: (rung: Rung) => Promise<Engine>,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<Climb> {
  const refused: EngineRefusal[] = [];
  for (const rung of rungs) {
    const refuse = (reason: string) => refused.push({ kind: rung.kind, device: rung.device, reason });
    const reason = known.get(rung.name);
    if (reason !== undefined) {
      refuse(reason);
      continue;
    }
    try {
      return { engine: await attempt(rung), rung, refused };
    } catch (error) {
      refuse(inWords(error));
    }
  }
  throw new NoEngineError(choice, refused);
}

/** The first sentence of an error: native libraries add pages of advice. */
function inWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n', 1)[0]!.trim();
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}
