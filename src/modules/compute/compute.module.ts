/** The engine of this process: started before the server listens, stopped after the last answer. */
import type { ModuleManifest, Platform } from '../../platform/module';
import { ComputeService } from './compute.service';

export interface ComputeModule {
  readonly compute: ComputeService;
  readonly manifest: ModuleManifest;
}

export function createComputeModule(platform: Pick<Platform, 'config' | 'log' | 'metrics'>): ComputeModule {
  const compute = new ComputeService(platform.config.engine, platform.log, platform.metrics);
  return {
    compute,
    manifest: {
      name: 'compute',
      resolvers: [],
      start: () => compute.start(),
      stop: () => compute.stop(),
    },
  };
}
