/** Interleaved rounds: each round loads every contender once, so that a busy minute of the machine hits them alike. */
import { load, type LoadRequest } from './load';
import type { ServerProcess } from './server-process';

export interface Contender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly body: string;
}

interface Sample {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMicros: number;
  readonly rssMegabytes: number;
}

/** Medians over the rounds. `ratio` is the median of the ratios, round by round, to the contender that is measured against. */
export interface Figures extends Sample {
  readonly name: string;
  readonly ratio: (other: string) => number;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

async function sample({ server, body }: Contender, { seconds, connections }: RoundOptions): Promise<Sample> {
  const request: LoadRequest = { url: server.url, body, headers: server.headers };
  const before = await server.usage();
  const { requests, seconds: took, latencies } = await load(request, connections, seconds);
  const after = await server.usage();
  return {
    perSecond: requests / took,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / requests,
    rssMegabytes: after.rssBytes / 2 ** 20,
  };
}

export async function compete(contenders: readonly Contender[], options: RoundOptions): Promise<Figures[]> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders)
    await sample(contender, { ...options, seconds: Math.min(2, options.seconds) });
  for (let round = 0; round < options.rounds; round++) {
    // Another one begins each round: none always runs after the heaviest.
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length]!;
      samples.get(contender.name)!.push(await sample(contender, options));
    }
  }
  const rates = (name: string): number[] => samples.get(name)!.map(({ perSecond }) => perSecond);
  return contenders.map(({ name }) => {
    const own = samples.get(name)!;
    const middle = (key: keyof Sample): number => median(own.map((one) => one[key]));
    return {
      name,
      perSecond: middle('perSecond'),
      p50: middle('p50'),
      p99: middle('p99'),
      cpuMicros: middle('cpuMicros'),
      rssMegabytes: middle('rssMegabytes'),
      ratio: (other) => median(rates(name).map((rate, round) => rate / rates(other)[round]!)),
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
