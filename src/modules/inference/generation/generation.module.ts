/** Builds what writes texts, out of the parts that it shares with the path of a prediction. */
import type { TextEngineService } from '../../compute';
import { GenerationAdmission } from './generation-admission.service';
import { GenerationPorts } from './generation-port';
import { GenerationResolver } from './generation.resolver';
import { type GenerationDoors, GenerationService } from './generation.service';
import { GenerationStepService, type TextStepDoors } from './generation-step.service';
import { GenerationStreams, type StreamDoors } from './generation-stream.service';
import { KeptTexts, type KeptTextsDoors } from './kept-texts';
import { TextClaims } from './text-claims';

export interface GenerationParts {
  readonly generations: GenerationService;
  /** What faces ask for texts. */
  readonly streams: GenerationStreams;
  readonly kept: KeptTexts;
  /** Versions whose texts somebody else writes are added here. */
  readonly ports: GenerationPorts;
  readonly resolvers: readonly object[];
  stop(): Promise<void>;
}

export function createGeneration(
  shared: Omit<TextStepDoors, 'ports' | 'admission'> &
    Omit<GenerationDoors, 'steps'> &
    KeptTextsDoors &
    Pick<StreamDoors, 'keys'>,
  texts: TextEngineService,
): GenerationParts {
  const ports = new GenerationPorts(texts);
  const steps = new GenerationStepService({ ...shared, ports, admission: new GenerationAdmission() });
  const generations = new GenerationService({ ...shared, steps });
  const kept = new KeptTexts(shared);
  const streams = new GenerationStreams({
    ...shared,
    generations,
    kept,
    claims: new TextClaims(shared.database.servicePool),
  });
  return {
    generations,
    streams,
    kept,
    ports,
    resolvers: [new GenerationResolver(streams)],
    stop: () => streams.stop(),
  };
}
