/**
 * The exact gradient of one output of a dense network by its inputs: the chain rule backwards through the layers that
 * were stored with the version, in double precision. A large layer is gone through in slices: others have their turns between.
 */
import { largestOf } from '../../../kernel/largest';
import type { DenseLayer } from '../../compute';
import type { GoOn } from '../prediction/model-work';

/** Products after which others may have a turn: some milliseconds. */
const SLICE = 2 ** 20;

class Slices {
  private done = 0;

  /** Whether these end one. */
  endsWith(products: number): boolean {
    this.done += products;
    if (this.done < SLICE) return false;
    this.done = 0;
    return true;
  }
}

/** d output / d input, at `row`. @param seed weights of the outputs whose weighted sum is derived. */
export async function gradientOf(
  layers: readonly DenseLayer[],
  row: ArrayLike<number>,
  seed: readonly number[],
  goOn: GoOn,
): Promise<number[]> {
  const slices = new Slices();
  const trace: number[][] = [];
  let values = Array.from(row);
  for (const layer of layers) {
    values = activated(layer, await affine(layer, values, slices, goOn));
    trace.push(values);
  }
  let gradient = [...seed];
  for (let at = layers.length - 1; at >= 0; at--) {
    const layer = layers[at]!;
    const before = throughActivation(layer, trace[at]!, gradient);
    const units = layer.bias.length;
    gradient = new Array<number>(layer.weights.length / units);
    for (let input = 0; input < gradient.length; input++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += layer.weights[input * units + unit]! * before[unit]!;
      gradient[input] = sum;
      if (slices.endsWith(units)) await goOn();
    }
  }
  return gradient;
}

async function affine(
  { weights, bias }: DenseLayer,
  values: readonly number[],
  slices: Slices,
  goOn: GoOn,
): Promise<number[]> {
  const units = bias.length;
  const sums = Array.from(bias);
  for (let input = 0; input < values.length; input++) {
    const value = values[input]!;
    if (value === 0) continue;
    for (let unit = 0; unit < units; unit++) sums[unit]! += value * weights[input * units + unit]!;
    if (slices.endsWith(units)) await goOn();
  }
  return sums;
}

function activated({ activation }: DenseLayer, sums: number[]): number[] {
  switch (activation) {
    case 'linear':
      return sums;
    case 'relu':
      return sums.map((sum) => Math.max(0, sum));
    case 'sigmoid':
      return sums.map((sum) => 1 / (1 + Math.exp(-sum)));
    case 'tanh':
      return sums.map(Math.tanh);
    case 'softmax': {
      const peak = largestOf(sums);
      const powers = sums.map((sum) => Math.exp(sum - peak));
      const total = powers.reduce((all, power) => all + power, 0);
      return powers.map((power) => power / total);
    }
  }
}

/** Each activation's derivative can be told from what came out of it. */
function throughActivation(
  { activation }: DenseLayer,
  out: readonly number[],
  gradient: readonly number[],
): number[] {
  switch (activation) {
    case 'linear':
      return [...gradient];
    case 'relu':
      return gradient.map((slope, unit) => (out[unit]! > 0 ? slope : 0));
    case 'sigmoid':
      return gradient.map((slope, unit) => slope * out[unit]! * (1 - out[unit]!));
    case 'tanh':
      return gradient.map((slope, unit) => slope * (1 - out[unit]! ** 2));
    case 'softmax': {
      const mean = gradient.reduce((sum, slope, unit) => sum + slope * out[unit]!, 0);
      return gradient.map((slope, unit) => out[unit]! * (slope - mean));
    }
  }
}
