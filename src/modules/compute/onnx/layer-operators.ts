/** How each kind of layer is written as ONNX operators. What is not in the table is not frozen, and the refusal names it. */
import { floatAttribute, INT64, integerAttribute, integersAttribute } from './onnx-file';
import type { GraphWriter, Value } from './graph-writer';
import { convolution, pooling } from './picture-operators';
import type { Layer } from './layers-model';
import { recurrent } from './recurrent-operators';

type Writer = (graph: GraphWriter, layer: Layer, value: Value) => Value;

const WRITERS: Readonly<Record<string, Writer>> = {
  InputLayer: (_graph, _layer, value) => value,
  Dropout: (_graph, _layer, value) => value,
  SpatialDropout2D: (_graph, _layer, value) => value,
  Activation: (graph, { config }, value) => activated(graph, config['activation'], value),
  ReLU: (graph, { config }, value) => relu(graph, config['max_value'], value),
  Softmax: (graph, _layer, value) => activated(graph, 'softmax', value),
  Dense: dense,
  Conv2D: (graph, layer, value) =>
    activatedBy(layer, graph, convolution(graph, layer, value, 'kernel', false)),
  DepthwiseConv2D: (graph, layer, value) =>
    activatedBy(layer, graph, convolution(graph, layer, value, 'depthwise_kernel', true)),
  MaxPooling2D: (graph, layer, value) => pooling(graph, layer, value, 'MaxPool'),
  AveragePooling2D: (graph, layer, value) => pooling(graph, layer, value, 'AveragePool'),
  GlobalAveragePooling2D: (graph, _layer, value) => overall(graph, value, 'ReduceMean'),
  GlobalMaxPooling2D: (graph, _layer, value) => overall(graph, value, 'ReduceMax'),
  GlobalAveragePooling1D: (graph, _layer, value) => overall(graph, value, 'ReduceMean'),
  GlobalMaxPooling1D: (graph, _layer, value) => overall(graph, value, 'ReduceMax'),
  BatchNormalization: normalized,
  Embedding: embedding,
  LSTM: recurrent,
  GRU: recurrent,
  Flatten: (graph, _layer, value) => reshaped(graph, value, [sizeOf(value.shape)]),
  Reshape: (graph, { config }, value) => reshaped(graph, value, config['target_shape'] as number[]),
};

/** @throws Error that names the layer when it cannot be frozen. */
export function writeLayer(graph: GraphWriter, layer: Layer, value: Value): Value {
  const writer = WRITERS[layer.kind];
  if (!writer) throw new Error(`Layers of the kind ${layer.kind} (${layer.name}) are not frozen as ONNX.`);
  if (layer.config['data_format'] === 'channels_first') {
    throw new Error(`${layer.name} has its channels first, which is not frozen as ONNX.`);
  }
  return writer(graph, layer, value);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function reshaped(graph: GraphWriter, value: Value, target: readonly number[]): Value {
  const { name, shape } = graph.channelsLast(value);
  const known = sizeOf(target.filter((size) => size > 0));
  const full = target.map((size) => (size > 0 ? size : sizeOf(shape) / known));
  const written = graph.emit('Reshape', [name, graph.integers([-1, ...full])]);
  return { name: written, shape: full, channelsFirst: false };
}

function dense(graph: GraphWriter, layer: Layer, value: Value): Value {
  const { name, shape } = graph.channelsLast(value);
  const kernel = layer.weight('kernel');
  let written = graph.emit('MatMul', [name, graph.numbers(kernel.shape, kernel.data)]);
  if (layer.config['use_bias'] !== false) {
    const bias = layer.weight('bias');
    written = graph.emit('Add', [written, graph.numbers(bias.shape, bias.data)]);
  }
  const output = [...shape.slice(0, -1), kernel.shape[1]!];
  return activatedBy(layer, graph, { name: written, shape: output, channelsFirst: false });
}

/** Over everything but the channels. */
function overall(graph: GraphWriter, value: Value, operator: string): Value {
  const { name, shape } = graph.channelsLast(value);
  const axes = integersAttribute(
    'axes',
    shape.slice(1).map((_, place) => place + 1),
  );
  const written = graph.emit(operator, [name], axes, integerAttribute('keepdims', 0));
  return { name: written, shape: shape.slice(-1), channelsFirst: false };
}

function normalized(graph: GraphWriter, layer: Layer, value: Value): Value {
  const input = graph.channelsFirst(value);
  const [channels] = layer.weight('moving_mean').shape;
  const filled = (used: unknown, name: string, otherwise: number) =>
    used === false ? new Float32Array(channels!).fill(otherwise) : layer.weight(name).data;
  const parts = [
    filled(layer.config['scale'], 'gamma', 1),
    filled(layer.config['center'], 'beta', 0),
    layer.weight('moving_mean').data,
    layer.weight('moving_variance').data,
  ].map((data) => graph.numbers([channels!], data));
  const epsilon = floatAttribute('epsilon', (layer.config['epsilon'] as number | undefined) ?? 1e-3);
  return { ...input, name: graph.emit('BatchNormalization', [input.name, ...parts], epsilon) };
}

function embedding(graph: GraphWriter, layer: Layer, { name, shape }: Value): Value {
  if (layer.config['mask_zero'] === true) {
    throw new Error(`${layer.name} masks zeros, which is not frozen as ONNX.`);
  }
  const table = layer.weight('embeddings');
  const ids = graph.emit('Cast', [name], integerAttribute('to', INT64));
  const written = graph.emit('Gather', [graph.numbers(table.shape, table.data), ids]);
  return { name: written, shape: [...shape, table.shape[1]!], channelsFirst: false };
}

function activatedBy({ config }: Layer, graph: GraphWriter, value: Value): Value {
  return activated(graph, config['activation'], value);
}

function activated(graph: GraphWriter, activation: unknown, value: Value): Value {
  const by = (operator: string): Value => ({ ...value, name: graph.emit(operator, [value.name]) });
  switch (activation) {
    case undefined:
    case null:
    case 'linear':
      return value;
    case 'relu':
      return by('Relu');
    case 'relu6':
      return relu(graph, 6, value);
    case 'sigmoid':
      return by('Sigmoid');
    case 'tanh':
      return by('Tanh');
    case 'elu':
      return by('Elu');
    case 'softplus':
      return by('Softplus');
    case 'softsign':
      return by('Softsign');
    case 'swish':
      return { ...value, name: graph.emit('Mul', [value.name, by('Sigmoid').name]) };
    case 'softmax': {
      const last = graph.channelsLast(value);
      return { ...last, name: graph.emit('Softmax', [last.name], integerAttribute('axis', -1)) };
    }
    default:
      throw new Error(`The activation ${JSON.stringify(activation)} is not frozen as ONNX.`);
  }
}

function relu(graph: GraphWriter, most: unknown, value: Value): Value {
  const name = graph.emit('Relu', [value.name]);
  if (typeof most !== 'number') return { ...value, name };
  return { ...value, name: graph.emit('Min', [name, graph.numbers([], Float32Array.of(most))]) };
}
