/** Which modules, in which order, and who is handed to whom: composition by hand. */
import { type BillingModule, createBillingModule } from '../modules/billing';
import { type ComputeModule, createComputeModule } from '../modules/compute';
import { createDeploymentsModule, type DeploymentsModule } from '../modules/deployments';
import { createIdentityModule, type IdentityModule } from '../modules/identity';
import { createModelsModule, type ModelsModule } from '../modules/models';
import type { ModuleManifest, Platform } from '../platform/module';

export interface Modules {
  readonly identity: IdentityModule;
  readonly billing: BillingModule;
  readonly compute: ComputeModule;
  readonly models: ModelsModule;
  readonly deployments: DeploymentsModule;
  /** In module order: the order of starting; stopping is the reverse. */
  readonly manifests: readonly ModuleManifest[];
  /** Says under which URL the service is reached, once it listens. */
  listening(url: string): void;
  publicUrl(): string;
}

export function composeModules(platform: Platform): Modules {
  let url = platform.config.publicUrl;
  const publicUrl = (): string => {
    if (url === undefined) throw new Error('the public URL is known once the server listens');
    return url;
  };
  const identity = createIdentityModule(platform);
  const billing = createBillingModule(platform, { identity, publicUrl });
  const compute = createComputeModule(platform);
  const models = createModelsModule(platform, identity);
  const deployments = createDeploymentsModule(platform, compute, models);
  return {
    identity,
    billing,
    compute,
    models,
    deployments,
    manifests: [identity, billing, compute, models, deployments].map(({ manifest }) => manifest),
    listening: (now) => (url = now),
    publicUrl,
  };
}
