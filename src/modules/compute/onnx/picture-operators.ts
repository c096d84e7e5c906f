/** Layers that slide over a picture. Their kernels are stored as TensorFlow has them and turned to ONNX's order here. */
import { integerAttribute, integersAttribute } from './onnx-file';
import type { GraphWriter, Value } from './graph-writer';
import type { Layer, Weight } from './layers-model';

/** @param depthwise every channel has kernels of its own. */
export function convolution(
  graph: GraphWriter,
  layer: Layer,
  value: Value,
  kernelName: string,
  depthwise: boolean,
): Value {
  const dilations = pair(layer.config['dilation_rate']);
  // TensorFlow.js leaves the gaps out without a word, Keras does not: nobody knows which of them the model means.
  if (depthwise && dilations.some((rate) => rate !== 1)) {
    throw new Error(`${layer.name} is dilated and depthwise, which is not frozen as ONNX.`);
  }
  const input = graph.channelsFirst(value);
  const kernel = layer.weight(kernelName);
  const [height, width, channels, last] = kernel.shape as [number, number, number, number];
  const filters = depthwise ? channels * last : last;
  const shape = [filters, depthwise ? 1 : channels, height, width];
  const inputs = [input.name, graph.numbers(shape, turned(kernel, depthwise))];
  if (layer.config['use_bias'] !== false) inputs.push(graph.numbers([filters], layer.weight('bias').data));
  const window = windowOf(layer, [height, width], input.shape);
  const attributes = [
    integersAttribute('dilations', dilations),
    integersAttribute('kernel_shape', [height, width]),
    ...window.attributes,
    ...(depthwise ? [integerAttribute('group', channels)] : []),
  ];
  const name = graph.emit('Conv', inputs, ...attributes);
  return { name, shape: [...window.left, filters], channelsFirst: true };
}

export function pooling(graph: GraphWriter, layer: Layer, value: Value, operator: string): Value {
  const input = graph.channelsFirst(value);
  const size = pair(layer.config['pool_size']);
  const window = windowOf(layer, size, input.shape);
  const name = graph.emit(
    operator,
    [input.name],
    integersAttribute('kernel_shape', size),
    ...window.attributes,
  );
  return { name, shape: [...window.left, input.shape[2]!], channelsFirst: true };
}

/**
 * How the window moves over a picture of this height and width, and what is left of it. The padding is written out:
 * ONNX's automatic one is not defined for a window with gaps.
 */
function windowOf({ config }: Layer, size: readonly number[], picture: readonly number[]) {
  const strides = pair(config['strides'] ?? config['pool_size']);
  const dilations = pair(config['dilation_rate']);
  const sides = [0, 1].map((side) => {
    const [stride, length] = [strides[side]!, picture[side]!];
    const reach = (size[side]! - 1) * dilations[side]! + 1;
    if (config['padding'] !== 'same') return { left: Math.ceil((length - reach + 1) / stride), pads: [0, 0] };
    const left = Math.ceil(length / stride);
    const padding = Math.max(0, (left - 1) * stride + reach - length);
    return { left, pads: [Math.floor(padding / 2), Math.ceil(padding / 2)] };
  });
  const pads = [0, 1].flatMap((end) => sides.map((side) => side.pads[end]!));
  return {
    attributes: [integersAttribute('strides', strides), integersAttribute('pads', pads)],
    left: sides.map((side) => side.left),
  };
}

function pair(setting: unknown): [number, number] {
  if (Array.isArray(setting)) return setting as [number, number];
  return typeof setting === 'number' ? [setting, setting] : [1, 1];
}

/** From (height, width, channels, last) to (last, channels, height, width), or (channels × last, 1, height, width). */
function turned({ shape, data }: Weight, depthwise: boolean): Float32Array {
  const [height, width, channels, last] = shape as [number, number, number, number];
  const area = height * width;
  const result = new Float32Array(data.length);
  for (let place = 0; place < area; place++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < last; filter++) {
        const kernel = depthwise ? channel * last + filter : filter * channels + channel;
        result[kernel * area + place] = data[(place * channels + channel) * last + filter]!;
      }
    }
  }
  return result;
}
