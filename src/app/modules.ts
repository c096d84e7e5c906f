/** Which modules, in which order, and who is handed to whom: composition by hand. */
import { type AuditModule, createAuditModule } from '../modules/audit';
import { type BillingModule, createBillingModule } from '../modules/billing';
import { type ComputeModule, createComputeModule, RemoteService } from '../modules/compute';
import { type ClosureModule, createClosureModule } from '../modules/closure';
import { createDeploymentsModule, type DeploymentsModule } from '../modules/deployments';
import { createFeedbackModule, type FeedbackModule } from '../modules/feedback';
import { createEthicsModule, type EthicsModule } from '../modules/ethics';
import { createFeatureTestsModule, type FeatureTestsModule } from '../modules/feature-tests';
import { createIdentityModule, type IdentityModule } from '../modules/identity';
import { createInferenceModule, type InferenceModule } from '../modules/inference';
import { createMarketModule, type MarketModule } from '../modules/market';
import { createModelsModule, type ModelsModule } from '../modules/models';
import { createPrivacyModule, type PrivacyModule } from '../modules/privacy';
import { createTrainingModule, type TrainingModule } from '../modules/training';
import type { ModuleManifest, Platform } from '../platform/module';
import { version } from './version';

export interface Modules {
  readonly identity: IdentityModule;
  readonly audit: AuditModule;
  readonly privacy: PrivacyModule;
  readonly billing: BillingModule;
  readonly compute: ComputeModule;
  readonly models: ModelsModule;
  readonly training: TrainingModule;
  readonly deployments: DeploymentsModule;
  readonly inference: InferenceModule;
  readonly featureTests: FeatureTestsModule;
  readonly feedback: FeedbackModule;
  readonly ethics: EthicsModule;
  readonly market: MarketModule;
  readonly closure: ClosureModule;
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
  const identity = createIdentityModule(platform, publicUrl);
  const audit = createAuditModule(platform);
  const privacy = createPrivacyModule(platform, identity, publicUrl);
  const billing = createBillingModule(platform, { identity, publicUrl });
  const compute = createComputeModule(platform);
  const remote = new RemoteService(platform);
  const models = createModelsModule(platform, { ...identity, publicUrl }, remote, compute);
  const training = createTrainingModule(platform, { identity, billing, compute, models });
  const deployments = createDeploymentsModule(platform, { ...compute, remote }, models, training);
  models.useVersionUse(deployments.versionUse);
  const inference = createInferenceModule(platform, {
    identity,
    audit,
    privacy,
    billing,
    compute,
    models,
    deployments,
    productVersion: version,
  });
  inference.addExecution(remote);
  inference.addGeneration(remote);
  const featureTests = createFeatureTestsModule(platform, identity, models, deployments, inference);
  inference.useFeatureTests(featureTests.assignments, featureTests.exposures);
  const feedback = createFeedbackModule(platform, {
    identity,
    privacy,
    models,
    training,
    deployments,
    inference,
    featureTests,
  });
  training.useCuratedRows(feedback.curatedRows);
  featureTests.useRatings(feedback.ratingHistory);
  privacy.useReleasableDatasets(inference.releasable, feedback.releasable);
  const ethics = createEthicsModule(platform, {
    identity,
    models,
    deployments,
    inference,
    audit,
    privacy,
    feedback,
    publicUrl,
  });
  const earlier = {
    identity,
    audit,
    privacy,
    billing,
    compute,
    models,
    training,
    deployments,
    inference,
    featureTests,
    feedback,
    ethics,
  };
  const nodes = Object.values(earlier).flatMap(({ manifest }) => manifest.nodes ?? []);
  const market = createMarketModule(platform, { identity, billing, feedback, nodes, publicUrl });
  const closure = createClosureModule(platform, { identity, privacy, billing });
  const modules = { ...earlier, market, closure };
  const manifests = Object.values(modules).map(({ manifest }) => manifest);
  privacy.usePersonalData(manifests.flatMap(({ personalData = [] }) => personalData));
  privacy.useSubscribers(manifests.flatMap(({ subscribers = [] }) => subscribers));
  closure.useCustomerData(manifests.flatMap(({ customerData = [] }) => customerData));
  privacy.useRetention(manifests.flatMap(({ retention = [] }) => retention));
  return {
    ...modules,
    manifests,
    listening: (now) => (url = now),
    publicUrl,
  };
}
