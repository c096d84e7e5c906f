/** Builds the inference module: the one path of a prediction, its record, and how records are read. */
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { AuditModule } from '../audit';
import type { BillingModule } from '../billing';
import type { ComputeModule } from '../compute';
import type { DeploymentsModule } from '../deployments';
import { type IdentityModule, may } from '../identity';
import type { ModelsModule } from '../models';
import type { AssignmentSource, ExposureSink } from './assignment-source';
import { BatchingService } from './batching.service';
import { EndUserDirectory } from './end-user-directory';
import { Execution, type ExecutionPort } from './execution';
import { ExplainResolver, InferenceExplanationResolver } from './explanations/explain.resolver';
import { FeedbackTokenService } from './feedback-token.service';
import { OpenInferenceFace } from './open-inference/open-inference.routes';
import { Inference, InferenceEngine } from './inference.entity';
import { retentionJob } from './inference.job';
import { createInferenceLoaders, type InferenceLoaders } from './inference.loader';
import { InferenceRepository } from './inference.repository';
import { CustomerInferencesResolver, InferenceResolver } from './inference.resolver';
import { InferenceEvidenceResolver } from './inference-evidence.resolver';
import { InferenceMoneyResolver } from './inference-money.resolver';
import { InferenceWriter } from './inference-writer.service';
import { PayloadService } from './payload.service';
import { PredictResolver } from './predict.resolver';
import { type Prediction, PredictionService } from './prediction.service';
import { PredictionKeys } from './prediction-key.service';

export const inferenceEntities = [Inference, InferenceEngine];

export interface InferenceModule {
  readonly predictions: PredictionService;
  readonly tokens: FeedbackTokenService;
  readonly payloads: PayloadService;
  readonly loaders: InferenceLoaders;
  /** Feature tests come later in the house: they say who gets which variant, and keep who met it. */
  useFeatureTests(assignments: AssignmentSource, exposures: ExposureSink): void;
  /** Versions that somebody else runs: a remote server, for one. */
  addExecution(port: ExecutionPort): void;
  readonly manifest: ModuleManifest;
}

export interface InferenceDoors {
  readonly identity: IdentityModule;
  readonly audit: Pick<AuditModule, 'loaders'>;
  readonly billing: Pick<BillingModule, 'metering' | 'pricing'>;
  readonly compute: Pick<ComputeModule, 'compute'>;
  readonly models: Pick<ModelsModule, 'models' | 'loaders'>;
  readonly deployments: DeploymentsModule;
  readonly productVersion: string;
}

export function createInferenceModule(
  { database, events, clock, crypto, metrics, log }: Platform,
  { identity, audit, billing, compute: { compute }, models, deployments, productVersion }: InferenceDoors,
): InferenceModule {
  const { metering, pricing } = billing;
  const { routes, reconciler } = deployments;
  const tokens = new FeedbackTokenService(crypto, clock);
  const payloads = new PayloadService(database, events, crypto);
  const execution = new Execution(compute);
  const batching = new BatchingService(execution, metrics);
  reconciler.onWarmUp((versionId, rows, deviceMs) => batching.learn(versionId, rows, deviceMs));
  const writer = new InferenceWriter(database, events, metering, new InferenceRepository(database));
  const endUsers = new EndUserDirectory(identity.identity);
  const keys = new PredictionKeys<Prediction>(database, crypto, clock);
  const doors = {
    database,
    clock,
    execution,
    routes,
    metering,
    pricing,
    batching,
    writer,
    payloads,
    tokens,
    endUsers,
    keys,
  };
  const predictions = new PredictionService(doors);
  const loaders = createInferenceLoaders(database, payloads);
  const neighbours = {
    own: loaders,
    identity: identity.loaders,
    models: models.loaders,
    deployments: deployments.loaders,
  };
  const node: NodeSource = {
    prefix: 'inf',
    allows: ({ principal }) => may(principal, 'inference:read'),
    load: async (ids, context) =>
      (await loaders.inferenceById(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  };
  return {
    predictions,
    tokens,
    payloads,
    loaders,
    useFeatureTests: (assignments, exposures) => {
      predictions.useAssignments(assignments);
      writer.useExposures(exposures);
    },
    addExecution: (port) => execution.add(port),
    manifest: {
      name: 'inference',
      resolvers: [
        new PredictResolver(predictions),
        new ExplainResolver(predictions, (version) => models.models.denseNetworkOf(version)),
        new InferenceExplanationResolver(loaders),
        new InferenceResolver(database, neighbours),
        new InferenceMoneyResolver(),
        new InferenceEvidenceResolver(audit.loaders),
        new CustomerInferencesResolver(database),
      ],
      nodes: [node],
      personalData: [
        {
          table: 'inferences',
          holds: 'each answer the person got: when, by which version; what was asked, by consent',
        },
      ],
      jobs: [retentionJob(database, events, clock) as JobDefinition<never>],
      routes: async (http) => {
        const openInference = new OpenInferenceFace({ predictions, routes, log, productVersion });
        await http.register(async (face) => openInference.register(face), { prefix: '/v2' });
      },
      stop: () => writer.stop(),
    },
  };
}
