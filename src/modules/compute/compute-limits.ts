/** How many engine processes there are, what each may hold, and when one counts as sick. */
import type { EngineProcessesConfig } from '../../platform/config';
import { machineMemory } from './device-memory';

export interface ComputeLimits {
  /** CUDA devices with processes of their own; empty = the one that the engine finds. */
  readonly devices: readonly string[];
  readonly perDevice: number;
  /** Weights of loaded models in one process. */
  readonly modelBytes: number;
  /** A process that holds more is replaced. */
  readonly recycleBytes: number;
  /** How often it is asked how much they hold. */
  readonly lookMs: number;
  /** A batch that takes less never counts as hanging; undefined = the watchdog's own. */
  readonly patienceMs?: number;
  /** Another program than the engine process. */
  readonly program?: string;
}

const LOOK_MS = 15_000;
const GIGABYTE = 2 ** 30;
/** Of the memory, for all engine processes: in a small container the kernel would end them, or who serves, before they are replaced. */
const MOST = 3 / 4;

export function limitsOf(config: Partial<EngineProcessesConfig> = {}): ComputeLimits {
  const { devices = [], perDevice = 1 } = config;
  const processes = Math.max(1, devices.length) * perDevice;
  const share = machineMemory() / processes;
  const modelBytes = config.modelBytes ?? share / 4;
  const roomy = 2 * modelBytes + GIGABYTE;
  // Whoever says how much models may hold has more memory in mind than that.
  const most = config.modelBytes === undefined ? MOST * share : Infinity;
  const recycleBytes = config.recycleBytes ?? Math.min(roomy, most);
  return { devices, perDevice, modelBytes, recycleBytes, lookMs: LOOK_MS };
}
