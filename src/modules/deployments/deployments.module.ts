/** Builds the deployments module: wishes, the reconciler that makes them true, and the routes of this process. */
import type { IdPrefix } from '../../kernel/id';
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { ComputeModule, RemoteService } from '../compute';
import { may } from '../identity';
import type { ModelsModule, VersionUse } from '../models';
import type { TrainingModule } from '../training';
import { DEPLOYMENTS_CUSTOMER_DATA } from './customer-data';
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
import { DriftReport } from './drift/drift-report.entity';
import { DeploymentDriftResolver, DriftReportResolver } from './drift/drift.resolver';
import { DriftService } from './drift/drift.service';
import { RefusedInputRow } from './refusals/refused-input.entity';
import { DeploymentRefusalsResolver, RefusedInputResolver } from './refusals/refused-input.resolver';
import { REFUSED_INPUTS_RETENTION, RefusedInputs } from './refusals/refused-inputs.service';
import { EarlierRoutes } from './routes/earlier-routes.service';
import { GateResolver } from './gate/gate.resolver';
import { StandingChecks } from './gate/standing-checks.service';
import { Reconciler } from './reconciler/reconciler.service';
import { RouteService } from './routes/route.service';
import { DeployedVersionUse } from './reconciler/version-use.service';
import { Shadow } from './shadow/shadow.entity';
import { DeploymentShadowResolver, ShadowResolver } from './shadow/shadow.resolver';
import { ShadowService } from './shadow/shadow.service';
import { ShippedDeploymentService } from './reconciler/shipped-deployment.service';

export const deploymentsEntities = [
  Deployment,
  DeploymentEvent,
  Canary,
  CanaryEvidenceRow,
  DriftReport,
  RefusedInputRow,
  Shadow,
];

export interface DeploymentsModule {
  readonly deployments: DeploymentService;
  readonly routes: RouteService;
  readonly reconciler: Reconciler;
  readonly canaries: CanaryWatch;
  readonly drift: DriftService;
  readonly shadows: ShadowService;
  readonly refused: RefusedInputs;
  readonly loaders: DeploymentLoaders;
  /** Who serves which version, for those who come earlier. */
  readonly versionUse: VersionUse;
  readonly manifest: ModuleManifest;
}

export function createDeploymentsModule(
  { database, events, signals, clock, log }: Platform,
  { compute, texts, remote }: Pick<ComputeModule, 'compute' | 'texts'> & { readonly remote: RemoteService },
  {
    models,
    retirements,
    shipped,
    loaders: modelLoaders,
  }: Pick<ModelsModule, 'models' | 'retirements' | 'shipped' | 'loaders'>,
  { references }: Pick<TrainingModule, 'references'>,
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
    earlier: new EarlierRoutes(database, retirements),
  });
  const deployments = new DeploymentService(database, events, signals, clock, retirements);
  deployments.addPromotionCheck(new StandingChecks(database));
  const canaryService = new CanaryService(database, events, signals, clock, deployments);
  const canaries = new CanaryWatch(database, signals, clock, log, canaryService);
  const drift = new DriftService(database, events, clock, log, references);
  const shadows = new ShadowService(database, events, signals, clock, log, deployments, retirements);
  const refused = new RefusedInputs(database, clock, log);
  const settings = new DeploymentSettingsService(database, events, signals, clock);
  const ownDeployments = new ShippedDeploymentService(database, deployments, shipped);
  const loaders = createDeploymentLoaders(database);
  const node = (
    prefix: IdPrefix,
    loader: DeploymentLoaders[Exclude<keyof DeploymentLoaders, 'refusedInputsOf'>],
  ): NodeSource => ({
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
    drift,
    shadows,
    refused,
    loaders,
    versionUse: new DeployedVersionUse(database, routes),
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
        new DeploymentDriftResolver(database, drift, loaders),
        new DriftReportResolver(modelLoaders),
        new DeploymentRefusalsResolver(loaders, clock),
        new RefusedInputResolver(modelLoaders),
        new GateResolver(deployments),
        new DeploymentShadowResolver(database, shadows, loaders),
        new ShadowResolver(modelLoaders),
      ],
      customerData: DEPLOYMENTS_CUSTOMER_DATA,
      nodes: [node('dep', loaders.deploymentById), node('dpe', loaders.deploymentEventById)],
      jobs: [drift.job() as JobDefinition<never>],
      subscribers: [canaries],
      retention: [REFUSED_INPUTS_RETENTION],
      start: async () => {
        await reconciler.start();
        await canaries.start();
        shadows.start();
        refused.start();
        ready = true;
      },
      stop: async () => {
        await canaries.stop();
        await shadows.stop();
        await refused.stop();
        await reconciler.stop();
        remote.stop();
      },
      notReady: () => (ready ? [] : ['deployments are being loaded']),
    },
  };
}
