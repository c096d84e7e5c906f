/** Builds the inference module: the one path of a prediction, its record, and how records are read. */
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { AuditModule } from '../audit';
import type { BillingModule } from '../billing';
import type { ComputeModule } from '../compute';
import type { DeploymentsModule } from '../deployments';
import { type IdentityModule, may } from '../identity';
import type { ModelsModule } from '../models';
import type { PrivacyModule, ReleasableDataset } from '../privacy';
import { INFERENCE_CUSTOMER_DATA } from './customer-data';
import { AnswerHistory } from './history/answer-history.service';
import type { AnswerListener } from './record/answer-listener';
import type { AssignmentSource, ExposureSink } from './prediction/assignment-source';
import { Attendance } from './batching/attendance';
import { BatchingService } from './batching/batching.service';
import { CircuitBreaker } from './fallback/circuit-breaker';
import { EndUserDirectory } from './prediction/end-user-directory';
import { Execution, type ExecutionPort } from './batching/execution';
import { ExplainResolver, InferenceExplanationResolver } from './explanations/explain.resolver';
import { FeedbackTokenService } from './record/feedback-token.service';
import { OpenAiFace } from './faces/openai/openai.routes';
import { OpenInferenceFace } from './faces/open-inference/open-inference.routes';
import { createDurable, durableEntities } from './durable/durable.module';
import { PredictionVault } from './durable/prediction-vault';
import { createGeneration } from './generation/generation.module';
import type { GenerationService } from './generation/generation.service';
import type { GenerationPort } from './generation/generation-port';
import { Inference, InferenceEngine } from './record/inference.entity';
import { retentionJob } from './inference.job';
import { createInferenceLoaders, type InferenceLoaders } from './record/inference.loader';
import { InferenceMetrics } from './batching/inference-metrics';
import { InferencePathResolver } from './record/inference-path.resolver';
import { InferenceRepository } from './record/inference.repository';
import { CustomerInferencesResolver, InferenceResolver } from './record/inference.resolver';
import { InferenceEvidenceResolver } from './record/inference-evidence.resolver';
import { InferenceMoneyResolver } from './record/inference-money.resolver';
import { InferenceWriter } from './record/inference-writer.service';
import { KeptRowsService } from './history/kept-rows.service';
import { payloadWithdrawal } from './record/payload-withdrawal';
import { PayloadService } from './record/payload.service';
import { inferencePersonalData } from './personal-data';
import { PredictResolver } from './prediction/predict.resolver';
import { type Prediction, PredictionService } from './prediction/prediction.service';
import { PredictionKeys } from './prediction/prediction-key.service';
import { PredictionStepService } from './prediction/prediction-step.service';
import { RecordKeepingService } from './record/record-keeping.service';
import { RemoteConsent } from './prediction/remote-consent';
import { ShadowTraffic } from './unbilled/shadow-traffic.service';
import { AnsweredCustomersService } from './history/answered-customers.service';
import { RepeatedAnswers } from './cache/repeated-answers.service';
import { VersionLoad } from './unbilled/version-load.service';
import { VersionTrial } from './unbilled/version-trial.service';
import { usageDataset } from './history/usage-dataset';

export const inferenceEntities = [Inference, InferenceEngine, ...durableEntities];

export interface InferenceModule {
  readonly predictions: PredictionService;
  readonly generations: GenerationService;
  readonly tokens: FeedbackTokenService;
  readonly payloads: PayloadService;
  readonly loaders: InferenceLoaders;
  /** What may be released of the record with differential privacy. */
  readonly releasable: ReleasableDataset;
  /** What was measured of people's answers before. */
  readonly history: AnswerHistory;
  /** Feature tests come later in the house: they say who gets which variant, and keep who met it. */
  useFeatureTests(assignments: AssignmentSource, exposures: ExposureSink): void;
  /** Who counts answers comes later, too. */
  useListener(listener: AnswerListener): void;
  /** Versions that somebody else runs: a remote server, for one. */
  addExecution(port: ExecutionPort): void;
  /** Versions whose texts somebody else writes. */
  addGeneration(port: GenerationPort): void;
  /** Whom a deployment answered, and how often. */
  readonly answered: AnsweredCustomersService;
  /** Asks any version without traffic, record or bill. */
  readonly trial: VersionTrial;
  /** Asks a version that is warm here as all traffic does, behind all traffic, and leaves no record and no bill. */
  readonly load: VersionLoad;
  readonly manifest: ModuleManifest;
}

export interface InferenceDoors {
  readonly identity: IdentityModule;
  readonly audit: Pick<AuditModule, 'loaders'>;
  readonly privacy: Pick<PrivacyModule, 'masking'>;
  readonly billing: Pick<BillingModule, 'metering' | 'pricing'>;
  readonly compute: Pick<ComputeModule, 'compute' | 'texts'>;
  readonly models: Pick<ModelsModule, 'models' | 'loaders'>;
  readonly deployments: DeploymentsModule;
  readonly productVersion: string;
}

export function createInferenceModule(
  platform: Platform,
  {
    identity,
    audit,
    privacy,
    billing,
    compute: { compute, texts },
    models,
    deployments,
    productVersion,
  }: InferenceDoors,
): InferenceModule {
  const { database, events, clock, crypto, metrics, log } = platform;
  const { metering, pricing } = billing;
  const { routes, reconciler, canaries } = deployments;
  const tokens = new FeedbackTokenService(crypto, clock);
  const payloads = new PayloadService(database, events, crypto, privacy.masking);
  deployments.drift.useSource(new KeptRowsService(database, events, crypto));
  const execution = new Execution(compute);
  const inferenceMetrics = new InferenceMetrics(metrics);
  const batching = new BatchingService(execution, inferenceMetrics);
  reconciler.onWarmUp((versionId, rows, deviceMs) => batching.learn(versionId, rows, deviceMs));
  const writer = new InferenceWriter(database, events, metering, new InferenceRepository(database));
  const endUsers = new EndUserDirectory(identity.identity, identity.standing, identity.customers);
  const keys = new PredictionKeys<Prediction>(database, crypto, clock);
  const doors = {
    log,
    database,
    clock,
    execution,
    routes,
    canaries,
    metering,
    pricing,
    batching,
    attendance: new Attendance(),
    breaker: new CircuitBreaker(() => clock.monotonic()),
    metrics: inferenceMetrics,
    writer,
    records: new RecordKeepingService(pricing, payloads),
    tokens,
    endUsers,
    keys,
    remoteConsent: new RemoteConsent(database),
  };
  const { shadows, refused } = deployments;
  const steps = new PredictionStepService({
    ...doors,
    refused,
    shadow: new ShadowTraffic({ ...doors, shadows, refused }),
    repeated: new RepeatedAnswers(metrics, () => clock.millis()),
  });
  const predictions = new PredictionService({ ...doors, steps });
  const vault = new PredictionVault(crypto);
  const generation = createGeneration({ ...doors, vault }, texts);
  const loaders = createInferenceLoaders(database, payloads);
  const durable = createDurable(platform, {
    ...doors,
    refused,
    customers: identity.customers,
    predictions,
    generations: generation.generations,
    texts: generation.kept,
    vault,
    loaders,
  });
  writer.useAnswers(durable.answers);
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
    generations: generation.generations,
    tokens,
    payloads,
    loaders,
    releasable: usageDataset(database),
    answered: new AnsweredCustomersService(database),
    history: new AnswerHistory(database),
    useFeatureTests: (assignments, exposures) => {
      predictions.useAssignments(assignments);
      generation.generations.useAssignments(assignments);
      writer.useExposures(exposures);
    },
    useListener: (listener) => predictions.useListener(listener),
    load: new VersionLoad(doors),
    trial: new VersionTrial({ ...doors, compute, models: models.models }),
    addExecution: (port) => execution.add(port),
    addGeneration: (port) => generation.ports.add(port),
    manifest: {
      name: 'inference',
      resolvers: [
        new PredictResolver(predictions),
        ...generation.resolvers,
        ...durable.resolvers,
        new ExplainResolver(predictions, (version) => models.models.denseNetworkOf(version)),
        new InferenceExplanationResolver(loaders),
        new InferenceResolver(database, neighbours),
        new InferencePathResolver(loaders, deployments.loaders),
        new InferenceMoneyResolver(),
        new InferenceEvidenceResolver(audit.loaders),
        new CustomerInferencesResolver(database),
      ],
      nodes: [node, ...durable.nodes],
      customerData: INFERENCE_CUSTOMER_DATA,
      personalData: [...inferencePersonalData(crypto), ...durable.personalData],
      retention: durable.retention,
      jobs: [retentionJob(database, events, clock) as JobDefinition<never>, ...durable.jobs],
      subscribers: [...durable.subscribers, payloadWithdrawal(database.unitOfWork)],
      routes: async (http) => {
        const { authentication: credentials } = identity;
        const openInference = new OpenInferenceFace({
          predictions,
          generations: generation.streams,
          routes,
          credentials,
          clock,
          log,
          productVersion,
        });
        await http.register(async (face) => openInference.register(face), { prefix: '/v2' });
        const { streams: generations } = generation;
        const openAi = new OpenAiFace({ predictions, generations, routes, credentials, clock, log });
        await http.register(async (face) => openAi.register(face), { prefix: '/v1' });
      },
      start: () => {
        durable.deferred.start();
        return Promise.resolve();
      },
      stop: async () => {
        durable.deferred.stop();
        await generation.stop();
        await writer.stop();
      },
    },
  };
}
