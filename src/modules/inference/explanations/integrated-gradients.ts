/**
 * Integrated gradients (Sundararajan, Taly, Yan 2017): what each input adds on the straight way from a baseline to the
 * row. The attributions sum to the difference of the two answers, up to the error of the integral, which is told.
 */
import type { DenseLayer } from '../../compute';
import type { GoOn } from '../prediction/model-work';
import { gradientOf } from './dense-gradient';

/**
 * One attribution an input, by the midpoint rule.
 * @param seed weights of the outputs whose weighted sum is explained.
 */
export async function integratedGradients(
  layers: readonly DenseLayer[],
  row: ArrayLike<number>,
  baseline: ArrayLike<number>,
  seed: readonly number[],
  steps: number,
  goOn: GoOn,
): Promise<number[]> {
  const sums = new Array<number>(row.length).fill(0);
  const point = new Array<number>(row.length);
  for (let step = 0; step < steps; step++) {
    const way = (step + 0.5) / steps;
    for (let at = 0; at < point.length; at++) point[at] = baseline[at]! + way * (row[at]! - baseline[at]!);
    const slopes = await gradientOf(layers, point, seed, goOn);
    for (let at = 0; at < slopes.length; at++) sums[at]! += slopes[at]!;
    // A thousand steps through a large network are seconds, which would be everybody's.
    await goOn();
  }
  return sums.map((sum, at) => (sum / steps) * (row[at]! - baseline[at]!));
}
