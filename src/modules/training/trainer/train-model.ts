/** The whole of a training, from the table to what a version is made of: split, prepare, train, evaluate. */
import type * as Tf from '@tensorflow/tfjs';
import { readTable } from '../dataset/table-file';
import { evaluate } from './evaluate';
import { evaluateRegression } from './evaluate-regression';
import { groupsBy } from './groups';
import { trainNetwork } from './train-network';
import type { EpochFigures, TrainingResult, TrainingTask } from './trainer-message';
import { prepareTrainingData } from './training-data';
import { warmUpRows } from './warm-up';

/** @throws TrainingRefused when it cannot succeed. */
export async function trainModel(
  tf: typeof Tf,
  { tablePath, label, protectedAttributes, recipe }: TrainingTask,
  onEpoch: (figures: EpochFigures) => Promise<void>,
): Promise<TrainingResult> {
  const table = readTable(tablePath);
  const data = prepareTrainingData(table, label, recipe);
  const network = await trainNetwork(tf, data, recipe, onEpoch);
  const { heldOut, preparation, split } = data;
  const groups = Object.fromEntries(
    protectedAttributes.map((attribute) => {
      const ofRow = groupsBy(table, attribute);
      return [attribute, split.heldOut.map((row) => ofRow[row]!)];
    }),
  );
  const answers = await network.predict(heldOut.features, heldOut.count);
  const warmUp = warmUpRows(preparation, data.training, recipe.seed);
  const warmUpOutputs = await network.predict(Float32Array.from(warmUp.flat()), warmUp.length);
  return {
    layers: network.layers,
    preparation,
    ...(recipe.objective === 'REGRESSION'
      ? { evaluation: null, metrics: evaluateRegression(answers, heldOut.labels) }
      : evaluate({ probabilities: answers, labels: heldOut.labels, groups })),
    warmUp,
    warmUpOutputs: [...warmUpOutputs],
  };
}
