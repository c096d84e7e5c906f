/** Builds what writes texts, out of the parts that it shares with the path of a prediction. */
import type { TextEngineService } from '../../compute';
import { GenerationAdmission } from './generation-admission.service';
import { GenerationPorts } from './generation-port';
import { GenerationResolver } from './generation.resolver';
import { type GenerationDoors, GenerationService } from './generation.service';
import { GenerationStreams } from './generation-stream.service';

export interface GenerationParts {
  readonly generations: GenerationService;
  /** Versions whose texts somebody else writes are added here. */
  readonly ports: GenerationPorts;
  readonly resolvers: readonly object[];
  stop(): Promise<void>;
}

export function createGeneration(
  shared: Omit<GenerationDoors, 'ports' | 'admission'>,
  texts: TextEngineService,
): GenerationParts {
  const ports = new GenerationPorts(texts);
  const generations = new GenerationService({ ...shared, ports, admission: new GenerationAdmission() });
  const streams = new GenerationStreams(generations, shared.clock);
  return {
    generations,
    ports,
    resolvers: [new GenerationResolver(streams)],
    stop: () => streams.stop(),
  };
}
