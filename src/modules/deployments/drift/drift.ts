/** How far what is asked today, and what is answered, lies from what a version learned from: pure, column by column. */
import {
  binnedDistance,
  driftLevel,
  type DriftLevel,
  holm,
  kolmogorovSmirnovP,
  populationStability,
} from '../../../kernel/statistics';
import { binOf, type FeatureReference } from '../../training';

export interface DriftMeasure {
  /** An input by its name, or `score`. */
  readonly name: string;
  readonly level: DriftLevel;
  /** Population stability index, and the chance of it without any drift, of this one alone. */
  readonly stabilityIndex: number;
  readonly chance: number;
  /** Kolmogorov–Smirnov distance over the bins, and its chance; null for categories, which have no order. */
  readonly distance: number | null;
  readonly distanceChance: number | null;
}

/** Fewer rows say nothing about ten bins. */
export const FEWEST_ROWS = 50;
const LEVELS: readonly DriftLevel[] = ['STABLE', 'MODERATE', 'MAJOR'];

/** @param rows inputs by name, as they were asked. One measure a reference. */
export function inputDrift(
  references: readonly FeatureReference[],
  rows: readonly Readonly<Record<string, unknown>>[],
): DriftMeasure[] {
  return references.map((reference) => {
    const counts = reference.counts.map(() => 0);
    for (const row of rows) counts[binOf(reference, cellOf(row[reference.name]))]! += 1;
    return measure(reference.name, reference.counts, counts, reference.kind === 'NUMERIC');
  });
}

/** @param reference bins of the scores on held-out rows: lower ends, ascending, and rows. */
export function scoreDrift(
  reference: readonly { readonly lower: number; readonly n: number }[],
  scores: readonly number[],
): DriftMeasure {
  const counts = reference.map(() => 0);
  for (const score of scores) {
    let bin = 0;
    while (bin + 1 < reference.length && score >= reference[bin + 1]!.lower) bin++;
    counts[bin]! += 1;
  }
  return measure(
    'score',
    reference.map(({ n }) => n),
    counts,
    true,
  );
}

/**
 * The levels of one look, at which all that was measured could be found by chance: of forty inputs looked at every night one would
 * drift every third. By Holm, so that a look without any drift finds some with at most 1 % chance, however many inputs there are.
 */
export function togetherLevelled(measures: readonly DriftMeasure[]): DriftMeasure[] {
  const chances = holm(measures.map(({ chance }) => chance));
  return measures.map((one, at) => {
    const level = driftLevel({ index: one.stabilityIndex, p: chances[at]! });
    return { ...one, level };
  });
}

/** The worst of all; null where nothing could be measured. */
export function worstOf(measures: readonly DriftMeasure[]): DriftLevel | null {
  if (measures.length === 0) return null;
  return LEVELS[Math.max(...measures.map(({ level }) => LEVELS.indexOf(level)))]!;
}

function measure(
  name: string,
  expected: readonly number[],
  actual: readonly number[],
  isOrdered: boolean,
): DriftMeasure {
  const stability = populationStability(expected, actual);
  const [m, n] = [expected, actual].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [
    number,
    number,
  ];
  const distance = isOrdered ? binnedDistance(expected, actual) : null;
  return {
    name,
    level: driftLevel(stability),
    stabilityIndex: stability.index,
    chance: stability.p,
    distance,
    distanceChance: distance === null ? null : kolmogorovSmirnovP(distance, m, n),
  };
}

function cellOf(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
