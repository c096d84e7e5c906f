/**
 * Makes a version that says its positive label from another probability on. Chosen by the rows that were watched while the network
 * learned and judged on those that were held out, so that no figure is flattered by the choice (decision 0395). The bytes are the
 * parent's; what is new is what the answers mean.
 */
import { notFound } from '../../../kernel/errors';
import type { BlobStore } from '../../../platform/blob';
import { SERVICE, type UnitOfWork } from '../../../platform/database';
import { holdStandingJob, type JobDefinition } from '../../../platform/jobs';
import {
  type DerivedVersionService,
  DerivationKind,
  type ModelService,
  type NewChildVersion,
  type ServableVersion,
  thresholdOf,
  withThreshold,
} from '../../models';
import { COMPRESSION_RUN } from '../compression/compression.job';
import type { CuratedRows } from '../dataset/curated/curated-row-source';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { dividedData, type Engine, inputsOfRows, onEngine, truthsOf } from '../job/version-answers';
import { type OriginDoors, trainedOrigin } from '../lineage/trained-origin';
import { compare, type PairedMetric } from '../trainer/evaluation/compare';
import { groupsOf } from '../trainer/evaluation/groups';
import { evaluateAnswers } from '../trainer/evaluation/report';
import { completeRecipe, type Recipe } from '../trainer/recipe';
import { goalNotReached, noThreshold, tooFewToChooseBy } from '../training.errors';
import { chooseThreshold, mostReached, type ThresholdWish } from './choose-threshold';

export const THRESHOLD_RUN = 'training.choose-threshold';
/** Of either kind, among the rows by which a threshold is chosen: by fewer it is chance that chooses. */
const FEWEST = 10;
/** Ways in which a version was made of another one with the same rows held out. */
const ON_THE_SAME_DATA = [DerivationKind.QUANTISED, DerivationKind.PRUNED, DerivationKind.THRESHOLD];
/** What hangs on the threshold, beside the parent's. */
const FIGURES = ['accuracy', 'precision', 'recall', 'f1'];

/** The number itself, or what one is to be chosen for. */
export type AskedThreshold = { readonly threshold: number } | { readonly wish: ThresholdWish };

export type ThresholdRun = AskedThreshold & { readonly versionId: string };

export interface ThresholdDoors extends OriginDoors {
  readonly unitOfWork: UnitOfWork;
  readonly models: Pick<ModelService, 'servable' | 'artefactOf'>;
  readonly derived: Pick<DerivedVersionService, 'add'>;
  readonly compute: Engine;
  readonly blobs: Pick<BlobStore, 'path'>;
  readonly curated: Pick<CuratedRows, 'assertAllStand'>;
}

interface Parent {
  readonly version: ServableVersion;
  /** Of the parent. */
  readonly threshold: number;
  readonly data: DatasetVersion;
  readonly recipe: Recipe;
}

interface Rows {
  readonly answers: Float32Array;
  readonly labels: readonly number[];
}

type Choice = NonNullable<NewChildVersion['derivation']['threshold']>;

export function thresholdJob(doors: ThresholdDoors): JobDefinition<ThresholdRun> {
  return {
    kind: THRESHOLD_RUN,
    maxAttempts: 3,
    // What is compressed is timed, and whoever asks the engine meanwhile would spoil it.
    queue: () => COMPRESSION_RUN,
    run: async ({ versionId, ...asked }, context) => {
      const parent = await adjustable(doors, versionId);
      // Rows that choose are learned from.
      if ('wish' in asked) await doors.curated.assertAllStand(parent.data);
      const child = await childOf(doors, parent, asked);
      return doors.unitOfWork.run(SERVICE, async () => {
        await holdStandingJob(doors.unitOfWork, context.jobId);
        // Who goes back to a threshold that was has the version that was.
        const { versionId: made } = await doors.derived.add(versionId, child);
        return made;
      });
    },
  };
}

/** @throws AppError NOT_FOUND, CONFLICT for a version that was not trained here, or does not answer yes or no. */
export async function adjustable(
  { models, ...doors }: Pick<ThresholdDoors, 'models' | keyof OriginDoors>,
  versionId: string,
): Promise<Parent> {
  const version = await models.servable(versionId);
  if (!version) throw notFound(['input', 'versionId']);
  const threshold = thresholdOf(version.signature);
  const origin = threshold === null ? null : await trainedOrigin(doors, versionId, ON_THE_SAME_DATA);
  if (threshold === null || !origin) throw noThreshold(versionId);
  const { training, data } = await doors.trainings.find(origin.id);
  return { version, threshold, data, recipe: completeRecipe(training.recipe) };
}

async function childOf(
  { models, compute, blobs }: ThresholdDoors,
  { version, threshold: before, data, recipe }: Parent,
  asked: AskedThreshold,
): Promise<NewChildVersion> {
  const { table, split } = await dividedData(blobs, data, recipe);
  const artefact = { ...(await models.artefactOf(version)), outputWidth: version.outputWidth };
  const parts = 'wish' in asked ? [split.heldOut, split.validation] : [split.heldOut];
  const [heldOut, watched] = await onEngine(compute, artefact, async (answers) => {
    const answered: Rows[] = [];
    for (const rows of parts)
      answered.push({
        answers: (await answers(inputsOfRows(version, table, rows))).outputs,
        labels: truthsOf(table, data, rows, false),
      });
    return answered;
  });
  const chosen: Choice =
    'wish' in asked
      ? chosenBy(watched!, asked.wish, before)
      : { ...NOT_CHOSEN, value: asked.threshold, parent: before };
  const evaluated = (threshold: number) =>
    evaluateAnswers({
      ...heldOut!,
      classes: data.label.labels,
      groups: groupsOf(table, data.protectedAttributes, split.heldOut),
      threshold,
    });
  const [own, parent] = [evaluated(chosen.value), evaluated(before)];
  const paired = pairedAt(heldOut!, { own: chosen.value, parent: before });
  return {
    artefacts: version.artefacts,
    signature: withThreshold(version.signature, chosen.value),
    metrics: own.metrics,
    evaluation: own.evaluation,
    trainingJobId: null,
    derivation: {
      kind: DerivationKind.THRESHOLD,
      bits: null,
      sparsity: null,
      threshold: chosen,
      speed: null,
      quality: FIGURES.map((metric) => ({
        interval: null,
        level: null,
        ...paired.get(metric),
        metric,
        value: valueOf(own.metrics, metric),
        parent: valueOf(parent.metrics, metric),
        n: paired.get(metric)?.n ?? heldOut!.labels.length,
      })),
    },
  };
}

const NOT_CHOSEN = {
  goal: null,
  atLeast: null,
  rows: null,
  positives: null,
  precision: null,
  recall: null,
};

/** @throws AppError CONFLICT where there are too few rows to choose by, or none reaches the goal. */
function chosenBy({ answers, labels }: Rows, wish: ThresholdWish, parent: number): Choice {
  const positives = labels.filter((label) => label === 1).length;
  if (Math.min(positives, labels.length - positives) < FEWEST)
    throw tooFewToChooseBy(labels.length, positives, FEWEST);
  const point = chooseThreshold(answers, labels, wish);
  if (!point) throw goalNotReached(wish.atLeast, labels.length, mostReached(answers, labels, wish));
  const { threshold: value, precision, recall } = point;
  return { ...wish, value, parent, rows: labels.length, positives, precision, recall };
}

/** Of the figures that are means over rows, the differences row by row: recall is the accuracy of the positive ones. */
function pairedAt(
  { answers, labels }: Rows,
  thresholds: { readonly own: number; readonly parent: number },
): ReadonlyMap<string, PairedMetric> {
  const accuracyOn = (rows: readonly number[]): PairedMetric => {
    const some = rows.map((row) => answers[row]!);
    return compare({
      own: some,
      parent: some,
      labels: rows.map((row) => labels[row]!),
      width: 1,
      isRegression: false,
      thresholds,
    }).find(({ metric }) => metric === 'accuracy')!;
  };
  const everyone = labels.map((_, row) => row);
  return new Map([
    ['accuracy', accuracyOn(everyone)],
    ['recall', accuracyOn(everyone.filter((row) => labels[row] === 1))],
  ]);
}

function valueOf(metrics: NewChildVersion['metrics'], name: string): number {
  return metrics.find((metric) => metric.name === name)!.value;
}
