/**
 * Makes a smaller version of one that was trained here. Both answer the rows that were held out, on the engine that serves
 * them; size, speed and quality of the child stand beside its parent's, and the gate decides with them.
 */
import { notFound } from '../../../kernel/errors';
import { USUAL_THRESHOLD } from '../../../kernel/statistics';
import type { BlobStore } from '../../../platform/blob';
import { SERVICE, type UnitOfWork } from '../../../platform/database';
import { holdStandingJob, type JobContext, type JobDefinition } from '../../../platform/jobs';
import type { EngineKind } from '../../compute';
import { compressWeights } from '../../compute';
import {
  DerivationKind,
  type DerivedVersionService,
  type ModelService,
  type NewChildVersion,
  type ServableVersion,
  thresholdOf,
} from '../../models';
import type { CuratedRows } from '../dataset/curated/curated-row-source';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import type { TrainingJob } from '../job/training-job.entity';
import { TRAINING_RUN } from '../job/training-job.service';
import { dividedData, type Engine, inputsOfRows, onEngine, truthsOf } from '../job/version-answers';
import { type OriginDoors, trainedOrigin } from '../lineage/trained-origin';
import { compare } from '../trainer/evaluation/compare';
import { groupsOf } from '../trainer/evaluation/groups';
import { evaluateAnswers } from '../trainer/evaluation/report';
import { type FrozenFile, freezeNetwork } from '../trainer/freeze-network';
import { completeRecipe, type Recipe } from '../trainer/recipe';
import { notCompressible, nothingToCompress } from '../training.errors';
import { type Compression, CompressionMethod } from './compression';
import { fineTune } from './fine-tune';

export const COMPRESSION_RUN = 'training.compress';
/** A batch of this many rows is timed this often, and the median counts. */
const TIMED_ROWS = 256;
const TIMES = 9;

export interface CompressionRun extends Compression {
  readonly versionId: string;
}

export interface CompressionDoors extends OriginDoors {
  readonly unitOfWork: UnitOfWork;
  readonly models: Pick<ModelService, 'servable' | 'artefactOf' | 'storeArtefacts'>;
  readonly derived: Pick<DerivedVersionService, 'add'>;
  readonly compute: Engine & { info(): { readonly kind: EngineKind; readonly device: string } };
  readonly blobs: Pick<BlobStore, 'get' | 'path'>;
  readonly curated: Pick<CuratedRows, 'assertAllStand'>;
}

interface Parent {
  readonly version: ServableVersion;
  readonly training: TrainingJob;
  readonly data: DatasetVersion;
  readonly recipe: Recipe;
}

interface Child {
  readonly files: readonly FrozenFile[];
  readonly kind: DerivationKind;
  readonly bits: number | null;
  readonly sparsity: number | null;
}

export function compressionJob(doors: CompressionDoors): JobDefinition<CompressionRun> {
  return {
    kind: COMPRESSION_RUN,
    maxAttempts: 3,
    // What learns on is a training too, and a device has one at a time; the others are timed, which two at once would spoil.
    queue: ({ method }) => (method === CompressionMethod.PRUNE ? TRAINING_RUN : COMPRESSION_RUN),
    run: async ({ versionId, ...compression }, context) => {
      const parent = await compressible(doors, versionId);
      const child = await childOf(doors, parent, compression, context);
      await context.progress(0.7, 'compared with its parent');
      const judged = await judge(doors, parent, child);
      const artefacts = await doors.models.storeArtefacts(child.files);
      return doors.unitOfWork.run(SERVICE, async () => {
        await holdStandingJob(doors.unitOfWork, context.jobId);
        // Identical bytes are one version: a second run finds the first one's.
        const added = await doors.derived.add(versionId, { ...judged, artefacts });
        return added.versionId;
      });
    },
  };
}

/** @throws AppError NOT_FOUND, CONFLICT for a version that was not trained here, or has no form that can be made smaller. */
export async function compressible(
  { models, ...doors }: Pick<CompressionDoors, 'models' | keyof OriginDoors>,
  versionId: string,
): Promise<Parent> {
  const version = await models.servable(versionId);
  if (!version) throw notFound(['input', 'versionId']);
  // Another threshold left the network as it was trained.
  const origin = await trainedOrigin(doors, versionId, [DerivationKind.THRESHOLD]);
  if (!origin || origin.recipe.kind === 'DECISION_TREE') throw notCompressible(versionId);
  const { training, data } = await doors.trainings.find(origin.id);
  return { version, training, data, recipe: completeRecipe(training.recipe) };
}

async function childOf(
  doors: CompressionDoors,
  parent: Parent,
  { method, sparsity, epochs }: Compression,
  context: JobContext,
): Promise<Child> {
  const { artefacts } = parent.version;
  if (method === CompressionMethod.PRUNE) {
    // What was cut away is made up for by learning on.
    await doors.curated.assertAllStand(parent.data);
    const { result, sparsity: reached } = await fineTune(doors, parent, { sparsity, epochs }, context);
    const { files } = await freezeNetwork(
      doors.compute,
      result,
      `pruned-${parent.version.id}-${context.jobId}`,
    );
    return { files, kind: DerivationKind.PRUNED, bits: null, sparsity: reached };
  }
  const onnx = artefacts.find(({ format }) => format === 'ONNX');
  if (!onnx) throw notCompressible(parent.version.id);
  const bytes = compressWeights(await doors.blobs.get(onnx.hash), method);
  if (!bytes) throw nothingToCompress(parent.version.id);
  return {
    files: [{ format: 'ONNX', bytes }],
    kind: DerivationKind.QUANTISED,
    bits: method === CompressionMethod.INT8 ? 8 : 16,
    sparsity: null,
  };
}

async function judge(
  { models, compute, blobs }: CompressionDoors,
  { version, data, recipe }: Parent,
  child: Child,
): Promise<Omit<NewChildVersion, 'artefacts'>> {
  const { table, split } = await dividedData(blobs, data, recipe);
  const { heldOut } = split;
  const isRegression = recipe.objective === 'REGRESSION';
  const labels = truthsOf(table, data, heldOut, isRegression);
  const inputs = inputsOfRows(version, table, heldOut);
  const { id: versionId, inputWidth, outputWidth, warmUp } = version;
  const files = child.files.map(({ format, bytes }) => ({ format, source: { bytes } }));
  const trial = { inputs, warmUp: Float32Array.from(warmUp.flat()), inputWidth };
  const threshold = thresholdOf(version.signature) ?? USUAL_THRESHOLD;
  const [own, parent] = [
    await tried(compute, { versionId: `child-of:${versionId}`, inputWidth, outputWidth, files }, trial),
    await tried(compute, { ...(await models.artefactOf(version)), outputWidth }, trial),
  ];
  const { metrics, evaluation } = evaluateAnswers({
    answers: own.answers,
    labels,
    classes: isRegression ? null : data.label.labels,
    groups: groupsOf(table, data.protectedAttributes, heldOut),
    threshold,
  });
  const { kind, device } = compute.info();
  return {
    metrics,
    evaluation,
    exportDifference: own.warmUp.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - parent.warmUp[at]!)),
      0,
    ),
    trainingJobId: null,
    derivation: {
      kind: child.kind,
      bits: child.bits,
      sparsity: child.sparsity,
      speed: { engine: `${kind}, ${device}`, rows: TIMED_ROWS, ms: own.ms, parentMs: parent.ms },
      quality: compare({
        own: own.answers,
        parent: parent.answers,
        labels,
        width: outputWidth,
        isRegression,
        thresholds: { own: threshold, parent: threshold },
      }),
    },
  };
}

/** What an artefact answers to the held-out rows and to the warm-up rows, and how long it takes for a batch. */
async function tried(
  compute: Engine,
  artefact: Parameters<typeof onEngine>[1],
  { inputs, warmUp, inputWidth }: { inputs: Float32Array; warmUp: Float32Array; inputWidth: number },
): Promise<{ answers: Float32Array; warmUp: Float32Array; ms: number }> {
  const count = inputs.length / inputWidth;
  const batch = Float32Array.from(
    { length: TIMED_ROWS * inputWidth },
    (_, at) => inputs[at % (count * inputWidth)]!,
  );
  return onEngine(compute, artefact, async (answers) => {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) times.push((await answers(batch)).deviceMs);
    const ms = times.sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
    return { answers: (await answers(inputs)).outputs, warmUp: (await answers(warmUp)).outputs, ms };
  });
}
