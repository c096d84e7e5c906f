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

export function limitsOf(config: Partial<EngineProcessesConfig> = {}): ComputeLimits {
  const { devices = [], perDevice = 1 } = config;
  const processes = Math.max(1, devices.length) * perDevice;
  const modelBytes = config.modelBytes ?? machineMemory() / 4 / processes;
  const recycleBytes = config.recycleBytes ?? 2 * modelBytes + GIGABYTE;
  return { devices, perDevice, modelBytes, recycleBytes, lookMs: LOOK_MS };
}
