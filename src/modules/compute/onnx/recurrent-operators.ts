/**
 * LSTM and GRU. Keras has the gates of an LSTM in the order in, forget, cell, out and ONNX in, out, forget, cell; those of
 * a GRU (update, reset, cell) are in the same order. The steps come first in ONNX.
 */
import type { GraphWriter, Value } from './graph-writer';
import type { Layer, Weight } from './layers-model';
import { integerAttribute, integersAttribute } from './onnx-file';

const GATES = { LSTM: [0, 3, 1, 2], GRU: [0, 1, 2] } as const;

/** @throws Error for settings whose answers would differ. */
export function recurrent(graph: GraphWriter, layer: Layer, value: Value): Value {
  const cell = layer.kind as keyof typeof GATES;
  const { config, name } = layer;
  if ((config['activation'] ?? 'tanh') !== 'tanh' || config['recurrent_activation'] !== 'sigmoid')
    throw new Error(`${name} does not have tanh and sigmoid, which alone are frozen as ONNX.`);
  if (config['go_backwards'] === true || config['reset_after'] === true || config['stateful'] === true)
    throw new Error(`${name} goes backwards, keeps its state or resets late, which is not frozen as ONNX.`);
  const [steps] = value.shape as [number, number];
  const kernel = layer.weight('kernel');
  const units = layer.weight('recurrent_kernel').shape[0]!;
  const turned = (weight: Weight) =>
    graph.numbers([1, GATES[cell].length * units, weight.shape[0]!], gatesFirst(weight, units, GATES[cell]));
  const stepsFirst = graph.emit(
    'Transpose',
    [graph.channelsLast(value).name],
    integersAttribute('perm', [1, 0, 2]),
  );
  const outputs = graph.emitAll(
    cell,
    [stepsFirst, turned(kernel), turned(layer.weight('recurrent_kernel')), biasOf(graph, layer, cell, units)],
    ['all', 'last'],
    integerAttribute('hidden_size', units),
  );
  if (config['return_sequences'] !== true) {
    const last = graph.emit('Reshape', [outputs.last, graph.integers([-1, units])]);
    return { name: last, shape: [units], channelsFirst: false };
  }
  // (steps, directions, rows, units) become (rows, steps, units).
  const rowsFirst = graph.emit('Transpose', [outputs.all], integersAttribute('perm', [2, 0, 1, 3]));
  const all = graph.emit('Reshape', [rowsFirst, graph.integers([-1, steps, units])]);
  return { name: all, shape: [steps, units], channelsFirst: false };
}

/** From (inputs, gates × units) to (gates × units, inputs), in ONNX's order of gates. */
function gatesFirst({ shape, data }: Weight, units: number, order: readonly number[]): Float32Array {
  const [inputs, width] = shape as [number, number];
  const result = new Float32Array(data.length);
  order.forEach((gate, place) => {
    for (let unit = 0; unit < units; unit++)
      for (let input = 0; input < inputs; input++)
        result[(place * units + unit) * inputs + input] = data[input * width + gate * units + unit]!;
  });
  return result;
}

/** ONNX has a bias for what comes in and one for the state; Keras has the first alone. */
function biasOf(graph: GraphWriter, layer: Layer, cell: keyof typeof GATES, units: number): string {
  const width = GATES[cell].length * units;
  const biases = new Float32Array(2 * width);
  if (layer.config['use_bias'] !== false) {
    const { data } = layer.weight('bias');
    GATES[cell].forEach((gate, place) =>
      biases.set(data.subarray(gate * units, (gate + 1) * units), place * units),
    );
  }
  return graph.numbers([1, 2 * width], biases);
}
