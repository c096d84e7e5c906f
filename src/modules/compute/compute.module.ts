/** The engine of this process: started before the server listens, stopped after the last answer. */
import type { ModuleManifest, Platform } from '../../platform/module';
import { limitsOf } from './compute-limits';
import { ComputeService } from './compute.service';
import { TextEngineService } from './generation/text-engine.service';

export interface ComputeModule {
  readonly compute: ComputeService;
  /** Writes text, where `compute` answers rows. */
  readonly texts: TextEngineService;
  readonly manifest: ModuleManifest;
}

export function createComputeModule(platform: Pick<Platform, 'config' | 'log' | 'metrics'>): ComputeModule {
  const { config, log, metrics } = platform;
  const compute = new ComputeService(config.engine, log, metrics, limitsOf(config.engineProcesses));
  const texts = new TextEngineService(platform.log, platform.metrics);
  return {
    compute,
    texts,
    manifest: {
      name: 'compute',
      resolvers: [],
      start: () => compute.start(),
      stop: async () => {
        await texts.stop();
        await compute.stop();
      },
    },
  };
}
