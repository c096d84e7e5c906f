/** The engine in words, for the start log and `doctor`: what was chosen, and why each better one was refused. */
import type { EngineInfo } from './engine';

export function engineReport(info: EngineInfo): string[] {
  return [
    `Engine: ${info.version} on ${info.device}${memory(info)}`,
    ...info.refused.map((refusal) => `  not ${refusal.device}: ${refusal.reason}`),
  ];
}

function memory({ memoryBytes }: EngineInfo): string {
  return memoryBytes === undefined ? '' : `, ${(memoryBytes / 2 ** 30).toFixed(1)} GB of memory`;
}
