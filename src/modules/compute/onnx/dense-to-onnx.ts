/**
 * Freezes a dense network as an ONNX file. Equal numbers give equal bytes, so that a version's content hash depends
 * on nothing but the model.
 */
import { checkNetwork, inputsOf, type Activation, type DenseLayer } from '../dense-network';
import { initializer, integerAttribute, node, onnxFile } from './onnx-file';
import type { Bytes } from './protobuf';

const OPERATORS: Record<Exclude<Activation, 'linear'>, string> = {
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  softmax: 'Softmax',
};

/** @throws Error when the layers do not fit together. */
export function denseToOnnx(layers: readonly DenseLayer[]): Bytes {
  const { inputWidth, outputWidth } = checkNetwork(layers);
  const nodes: Bytes[] = [];
  const initializers: Bytes[] = [];
  let value = 'x';
  layers.forEach((layer, index) => {
    const [weights, bias] = [`w${index}`, `b${index}`];
    initializers.push(
      initializer(weights, [inputsOf(layer), layer.bias.length], layer.weights),
      initializer(bias, [layer.bias.length], layer.bias),
    );
    nodes.push(node('Gemm', [value, weights, bias], `z${index}`));
    value = `z${index}`;
    if (layer.activation !== 'linear') {
      const axis = layer.activation === 'softmax' ? [integerAttribute('axis', -1)] : [];
      nodes.push(node(OPERATORS[layer.activation], [value], `a${index}`, ...axis));
      value = `a${index}`;
    }
  });
  nodes.push(node('Identity', [value], 'y'));
  return onnxFile({ nodes, initializers, inputWidth, outputWidth });
}
