/**
 * Whether the figures of a test can be believed at all, asked before any of them is looked at. A test that is not
 * healthy cannot be decided without a written override.
 */
import { chiSquareSampleRatio, sequentialP } from '../../../kernel/statistics';

export enum HealthCheckName {
  SAMPLE_RATIO_SEQUENTIAL = 'SAMPLE_RATIO_SEQUENTIAL',
  SAMPLE_RATIO_CHI_SQUARE = 'SAMPLE_RATIO_CHI_SQUARE',
  DOUBLE_EXPOSURE = 'DOUBLE_EXPOSURE',
  ENOUGH_DATA = 'ENOUGH_DATA',
}

export enum HealthStatus {
  PASSED = 'PASSED',
  FAILED = 'FAILED',
  NOT_ENOUGH_DATA = 'NOT_ENOUGH_DATA',
}

export interface HealthFinding {
  readonly name: HealthCheckName;
  readonly status: HealthStatus;
  readonly value: number;
  readonly detail: string;
}

export interface VariantUnits {
  readonly key: string;
  readonly weight: number;
  /** People who met this variant and no other. */
  readonly units: number;
  /** People of this variant who met another one too. */
  readonly doublyExposed: number;
}

/** Below this many people a group, the normal approximation behind every interval is not to be trusted. */
export const FEWEST_UNITS = 30;
const SEQUENTIAL_ALPHA = 0.01;
/** Strict, because it is looked at often although it is valid only once. */
const CHI_SQUARE_ALPHA = 0.0005;
const MOST_DOUBLE_EXPOSURE = 0.01;

/** @param largestLogBayes the largest Bayes factor against the planned split at any look so far. */
export function testHealth(variants: readonly VariantUnits[], largestLogBayes: number): HealthFinding[] {
  const counts = variants.map((variant) => variant.units + variant.doublyExposed);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const doubly = variants.reduce((sum, variant) => sum + variant.doublyExposed, 0);
  const split = variants.map((variant, index) => `${variant.key} ${counts[index]}`).join(', ');
  const sequential = sequentialP(largestLogBayes);
  const chiSquare = chiSquareSampleRatio(
    counts,
    variants.map((variant) => variant.weight),
  );
  const doubleShare = total === 0 ? 0 : doubly / total;
  const fewest = Math.min(...variants.map((variant) => variant.units));
  return [
    finding(
      HealthCheckName.SAMPLE_RATIO_SEQUENTIAL,
      sequential,
      sequential >= SEQUENTIAL_ALPHA,
      `People by variant: ${split}. Chance of a split at least this uneven at any look: ${percent(sequential)}.`,
    ),
    finding(
      HealthCheckName.SAMPLE_RATIO_CHI_SQUARE,
      chiSquare,
      chiSquare >= CHI_SQUARE_ALPHA,
      `The same split, looked at once: ${percent(chiSquare)}.`,
    ),
    finding(
      HealthCheckName.DOUBLE_EXPOSURE,
      doubleShare,
      doubleShare <= MOST_DOUBLE_EXPOSURE,
      `${doubly} of ${total} people met more than one variant; they are left out of the figures.`,
    ),
    {
      name: HealthCheckName.ENOUGH_DATA,
      status: fewest >= FEWEST_UNITS ? HealthStatus.PASSED : HealthStatus.NOT_ENOUGH_DATA,
      value: fewest,
      detail: `The smallest group has ${fewest} people; at least ${FEWEST_UNITS} are needed.`,
    },
  ];
}

export function isHealthy(findings: readonly HealthFinding[]): boolean {
  return findings.every((check) => check.status === HealthStatus.PASSED);
}

function finding(name: HealthCheckName, value: number, passed: boolean, detail: string): HealthFinding {
  return { name, value, status: passed ? HealthStatus.PASSED : HealthStatus.FAILED, detail };
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(3)} %`;
}
