/** Explanations of a whole model: permutation importance, partial dependence, and a surrogate tree. */
import { invalidInput } from '../../../kernel/errors';
import type { WarmVersion } from '../../deployments';
import { type InputColumns, seededRandom } from '../../training';
import { MAX_ROWS } from '../prediction/inputs';
import type { ExplanationWish } from './explain.input';
import type { MethodPlan } from './method-plan';
import { dependence, type DependencePoint, gridOfRows, gridRows } from './partial-dependence';
import { importanceOf, meanOfRepeats, meanSquaredError, permuted } from './permutation-importance';
import { columnsOf, manyRows, resampled } from './study';
import { fidelityOf, fitTree, type TreeSplit } from './surrogate-tree';

const REPEATS = 5;
const GRID_POINTS = 20;
const TREE_ROWS = 1024;
const FEWEST_TREE_ROWS = 40;
const HELD_OUT = 4;
const TREE = { depth: 3, leafRows: 10 };

export function planPermutationImportance(
  version: WarmVersion,
  rows: unknown,
  { method, targets, samples, seed }: ExplanationWish,
): MethodPlan {
  const columns = columnsOf(version, method);
  const numbers = manyRows(version, rows);
  const width = version.inputWidth;
  const count = numbers.length / width;
  if (count < 2)
    throw invalidInput(['input', 'rows'], 'Values can be dealt out anew among two rows or more.', 'length');
  if (targets && (rows == null || targets.length !== count)) {
    const message = 'Send as many targets as rows, in their order.';
    throw invalidInput(['input', 'targets'], message, 'length');
  }
  const repeats = samples ?? REPEATS;
  const random = seededRandom(seed);
  return {
    rows: count * (1 + columns.length * repeats),
    run: async (score) => {
      const answers = await score(numbers);
      const attributions = [];
      for (const column of columns) {
        const importances: number[] = [];
        for (let repeat = 0; repeat < repeats; repeat++) {
          const changed = await score(permuted(numbers, width, column, random));
          importances.push(importanceOf(answers, changed, targets ?? null));
        }
        const { mean, standardError } = meanOfRepeats(importances);
        attributions.push({ feature: column.name, contribution: mean, standardError });
      }
      return {
        attributions,
        baseline: targets ? meanSquaredError(answers, targets) : null,
        prediction: null,
        completenessError: null,
        note: targets
          ? `Rise of the mean squared error (baseline: the error as it is) over ${repeats} deals. Inputs that go together share their importance, or hide it.`
          : `Mean absolute change of the answer over ${repeats} deals of ${count} rows. It tells on what the answers hang, not whether they are right: send targets for that.`,
      };
    },
  };
}

export function planPartialDependence(
  version: WarmVersion,
  rows: unknown,
  { method, feature, samples }: ExplanationWish,
): MethodPlan {
  const columns = columnsOf(version, method);
  const column = columns.find(({ name }) => name === feature);
  if (!column) {
    const message = `Name the input, one of: ${columns.map(({ name }) => name).join(', ')}.`;
    throw invalidInput(['input', 'feature'], message, 'feature');
  }
  const numbers = manyRows(version, rows);
  const width = version.inputWidth;
  const grid = gridRows(numbers, width, column, Math.max(2, samples ?? GRID_POINTS));
  const count = numbers.length / width;
  return {
    rows: grid.length * count,
    run: async (score) => {
      const points: DependencePoint[] = [];
      // All of them may be more than memory holds: so many at a time as a batch has room for.
      const room = Math.max(1, Math.floor(MAX_ROWS / count));
      for (let at = 0; at < grid.length; at += room) {
        const part = grid.slice(at, at + room);
        points.push(...dependence(part, await score(gridOfRows(numbers, width, column, part))));
      }
      const valueOf = (row: number) => column.valueOf(numbers.subarray(row * width, (row + 1) * width));
      const means = points.map(({ mean }) => mean);
      return {
        attributions: [{ feature: column.name, contribution: Math.max(...means) - Math.min(...means) }],
        baseline: null,
        prediction: null,
        completenessError: null,
        dependence: points.map(({ from, mean, standardError }) => ({
          value: valueOf(from),
          mean,
          standardError,
        })),
        note: `Mean over ${count} rows; the contribution is the height of the curve. Where inputs go together, some of these rows could hardly exist.`,
      };
    },
  };
}

export function planSurrogateTree(
  version: WarmVersion,
  rows: unknown,
  { method, seed }: ExplanationWish,
): MethodPlan {
  const columns = columnsOf(version, method);
  const width = version.inputWidth;
  const given = manyRows(version, rows);
  const numbers = rows == null ? resampled(given, width, columns, TREE_ROWS, seededRandom(seed)) : given;
  const count = numbers.length / width;
  if (count < FEWEST_TREE_ROWS) {
    const message = `A tree needs ${FEWEST_TREE_ROWS} rows or more; these are ${count}. Send more, or none to use rows like those of the training.`;
    throw invalidInput(['input', 'rows'], message, 'length');
  }
  const fitted = count - Math.floor(count / HELD_OUT);
  return {
    rows: count,
    run: async (score, _target, _prediction, goOn) => {
      const answers = await score(numbers);
      const tree = await fitTree(
        numbers.subarray(0, fitted * width),
        width,
        answers.subarray(0, fitted),
        TREE,
        goOn,
      );
      const fidelity = fidelityOf(tree, numbers.subarray(fitted * width), width, answers.subarray(fitted));
      return {
        attributions: columns.map(({ name, from, to }) => ({
          feature: name,
          contribution: tree.gains.slice(from, to).reduce((sum, gain) => sum + gain, 0),
        })),
        baseline: null,
        prediction: null,
        completenessError: null,
        surrogate: {
          rules: tree.leaves.map(({ path, value, rows: members }) => ({
            conditions: path.map((split) => conditionOf(split, columns, width)),
            value,
            rows: members,
          })),
          fidelity,
          fidelityRows: count - fitted,
        },
        note: `Fitted on ${fitted} rows; the fidelity was measured on the other ${count - fitted}. A contribution is the share of the variance that the splits on an input explain. The rules say what the tree does: trust them as far as the fidelity goes.`,
      };
    },
  };
}

/** The split in the words of the inputs: a category's column is 0 or 1, a number is told in its own unit, days as dates. */
function conditionOf(
  { column, threshold, below }: TreeSplit,
  columns: readonly InputColumns[],
  width: number,
): string {
  const input = columns.find(({ from, to }) => column >= from && column < to)!;
  const at = new Float32Array(width);
  at[column] = input.to - input.from > 1 ? 1 : threshold;
  const value = input.valueOf(at);
  if (input.isOrdered) return `${input.name} ${below ? '≤' : '>'} ${value}`;
  return `${input.name} ${below ? 'is not' : 'is'} ${value}`;
}
