/** Which trials a space has: every point of its grid, or points drawn by a seed. The same space and seed are the same trials. */
import { invalidInput } from '../../../kernel/errors';
import { type Random, seededRandom } from '../preparation/seeded-random';
import { type Choice, type Dimension, type DimensionName, refused, within } from './search-space';

export type Strategy =
  | { readonly kind: 'GRID'; readonly maxTrials: number }
  | { readonly kind: 'RANDOM'; readonly trials: number; readonly seed: number };

/** Where drawing finds nothing new this often in a row, the space is as good as used up. */
const MOST_REPEATS = 1000;

/** @throws AppError INVALID_INPUT for a grid with too many points, AppErrors for a range that is not cut. */
export function trialsOf(space: readonly Dimension[], strategy: Strategy): Choice[][] {
  return strategy.kind === 'GRID' ? gridOf(space, strategy.maxTrials) : drawn(space, strategy);
}

/** In the order of the space: the last dimension changes first. */
function gridOf(space: readonly Dimension[], most: number): Choice[][] {
  const axes = space.map(axisOf);
  const points = axes.reduce((product, axis) => product * axis.length, 1);
  if (points > most) {
    const sizes = space.map(({ name }, index) => `${name} ${axes[index]!.length}`).join(' × ');
    throw invalidInput(
      ['input', 'strategy', 'grid', 'maxTrials'],
      `The grid has ${points} points (${sizes}); at most ${most} are tried. Take fewer values, or draw some of them with the strategy random.`,
      'grid',
    );
  }
  return axes.reduce<Choice[][]>(
    (rows, axis) => rows.flatMap((row) => axis.map((choice) => [...row, choice])),
    [[]],
  );
}

function axisOf({ name, values, range }: Dimension): Choice[] {
  if (values) return values.map((value) => ({ dimension: name, value }));
  const points = range!.points;
  if (points === null)
    throw refused([name, 'range', 'points'], 'A grid needs to know into how many points the range is cut.');
  const cuts = Array.from({ length: points }, (_, index) =>
    within(range!, name, points === 1 ? 0.5 : index / (points - 1)),
  );
  // Whole numbers that lie close come to the same one.
  return [...new Set(cuts)].map((value) => ({ dimension: name, value }));
}

/** Without repetition; fewer when the space has fewer points. */
function drawn(space: readonly Dimension[], { trials, seed }: { trials: number; seed: number }): Choice[][] {
  const random = seededRandom(seed);
  const found = new Map<string, Choice[]>();
  for (let repeats = 0; found.size < trials && repeats < MOST_REPEATS; repeats++) {
    const choices = space.map((dimension) => ({
      dimension: dimension.name,
      value: valueOf(dimension, random),
    }));
    const key = JSON.stringify(choices);
    if (found.has(key)) continue;
    found.set(key, choices);
    repeats = -1;
  }
  return [...found.values()];
}

function valueOf<Name extends DimensionName>(
  { name, values, range }: Dimension<Name>,
  random: Random,
): Choice['value'] {
  const part = random();
  return values ? values[Math.floor(part * values.length)]! : within(range!, name, part);
}
