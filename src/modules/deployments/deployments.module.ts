/** Builds the deployments module: wishes, the reconciler that makes them true, and the routes of this process. */
import type { IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { ComputeModule, RemoteService } from '../compute';
import { may } from '../identity';
import type { ModelsModule } from '../models';
import { Canary, CanaryEvidenceRow } from './canary/canary.entity';
import { CanaryEvidenceResolver, CanaryResolver, DeploymentCanaryResolver } from './canary/canary.resolver';
import { CanaryService } from './canary/canary.service';
import { CanaryWatch } from './canary/canary-watch.service';
import { Deployment } from './deployment.entity';
import { createDeploymentLoaders, type DeploymentLoaders } from './deployment.loader';
import { DeploymentResolver, RouteResolver } from './deployment.resolver';
import { DeploymentService } from './deployment.service';
import { DeploymentSettingsResolver } from './deployment-settings.resolver';
import { DeploymentSettingsService } from './deployment-settings.service';
import { DeploymentEvent } from './deployment-event.entity';
import { Reconciler } from './reconciler.service';
import { RouteService } from './route.service';
import { ShippedDeploymentService } from './shipped-deployment.service';

export const deploymentsEntities = [Deployment, DeploymentEvent, Canary, CanaryEvidenceRow];

export interface DeploymentsModule {
  readonly deployments: DeploymentService;
  readonly routes: RouteService;
  readonly reconciler: Reconciler;
  readonly canaries: CanaryWatch;
  readonly loaders: DeploymentLoaders;
  readonly manifest: ModuleManifest;
}

export function createDeploymentsModule(
  { database, events, signals, clock, log }: Platform,
  { compute, texts, remote }: Pick<ComputeModule, 'compute' | 'texts'> & { readonly remote: RemoteService },
  { models, shipped, loaders: modelLoaders }: Pick<ModelsModule, 'models' | 'shipped' | 'loaders'>,
): DeploymentsModule {
  const routes = new RouteService((versionId) => reconciler.released(versionId));
  const reconciler = new Reconciler({
    database,
    events,
    signals,
    clock,
    log,
    compute,
    texts,
    remote,
    models,
    shipped,
    routes,
  });
  const deployments = new DeploymentService(database, events, signals, clock);
  const canaryService = new CanaryService(database, events, signals, clock, deployments);
  const canaries = new CanaryWatch(database, signals, clock, log, canaryService);
  const settings = new DeploymentSettingsService(database, events, signals, clock);
  const ownDeployments = new ShippedDeploymentService(database, deployments, shipped);
  const loaders = createDeploymentLoaders(database);
  const node = (prefix: IdPrefix, loader: DeploymentLoaders[keyof DeploymentLoaders]): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'deployment:read'),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  let ready = false;
  return {
    deployments,
    routes,
    reconciler,
    canaries,
    loaders,
    manifest: {
      name: 'deployments',
      seed: () => ownDeployments.ensure(),
      resolvers: [
        new DeploymentResolver(database, deployments, compute),
        new DeploymentSettingsResolver(database, settings, loaders),
        new RouteResolver(modelLoaders),
        new DeploymentCanaryResolver(database, canaryService, loaders),
        new CanaryResolver(loaders, modelLoaders),
        new CanaryEvidenceResolver(modelLoaders),
      ],
      nodes: [node('dep', loaders.deploymentById), node('dpe', loaders.deploymentEventById)],
      subscribers: [canaries],
      start: async () => {
        await reconciler.start();
        await canaries.start();
        ready = true;
      },
      stop: async () => {
        await canaries.stop();
        await reconciler.stop();
        remote.stop();
      },
      notReady: () => (ready ? [] : ['deployments are being loaded']),
    },
  };
}
