/** The engine in words, for the start log and `doctor`: what was chosen, and why each better one was refused. */
import type { EngineInfo } from './engine';

export function engineReport(info: EngineInfo): string[] {
  return [
    `Engine: ${info.version} on ${info.device}`,
    ...info.refused.map((refusal) => `  not ${refusal.device}: ${refusal.reason}`),
  ];
}
