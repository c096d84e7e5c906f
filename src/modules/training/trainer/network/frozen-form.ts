/**
 * A trained network as what compute freezes: dense layers where it is nothing else, otherwise a bundle of TensorFlow.js.
 * A number that was learned in another unit is answered in the caller's, which the last, linear layer does by itself.
 */
import { type DenseLayer, tfjsBundle } from '../../../compute/process-door';
import type { TrainedNetwork } from '../train-network';
import type { LayerSpec } from './layer';
import { parameters, type Weights } from './network';

export type FrozenForm =
  | { readonly kind: 'DENSE'; readonly layers: readonly DenseLayer[] }
  | { readonly kind: 'LAYERS'; readonly bundle: Uint8Array };

export function frozenForm(network: TrainedNetwork): FrozenForm {
  const { architecture } = network;
  const weights = inCallersUnit(network);
  const learning = architecture.layers.filter(({ kind }) => kind !== 'DROPOUT');
  if (architecture.inputShape.length > 1 || learning.some(({ kind }) => kind !== 'DENSE'))
    return { kind: 'LAYERS', bundle: bundleOf(network, weights) };
  const layers = learning.map((layer, index) => ({
    weights: weights[2 * index]!,
    bias: weights[2 * index + 1]!,
    activation:
      index === learning.length - 1
        ? architecture.answer
        : (layer as Extract<LayerSpec, { kind: 'DENSE' }>).activation,
  }));
  return { kind: 'DENSE', layers };
}

function inCallersUnit({ weights, unit: { mean, scale } }: TrainedNetwork): Weights {
  if (mean === 0 && scale === 1) return weights;
  const last = weights.length - 2;
  return weights.map((values, index) => {
    if (index < last) return values;
    return values.map((value) => value * scale + (index === last ? 0 : mean));
  });
}

function bundleOf({ architecture }: TrainedNetwork, weights: Weights): Uint8Array {
  const { inputShape, layers, answer } = architecture;
  const last = layers.length - 1;
  const config = layers.map((layer, index) => {
    const settings = settingsOf(layer);
    return {
      class_name: settings.kind,
      config: {
        name: nameOf(index),
        ...settings.config,
        ...(index === last && { activation: answer }),
        ...(index === 0 && { batch_input_shape: [null, ...inputShape], dtype: 'float32' }),
      },
    };
  });
  const all = parameters(architecture);
  return tfjsBundle({
    modelTopology: { class_name: 'Sequential', config: { name: 'network', layers: config } },
    weightSpecs: all.map(({ layer, name, shape }) => ({
      name: `${nameOf(layer)}/${name}`,
      shape: [...shape],
      dtype: 'float32' as const,
    })),
    weightData: Buffer.concat(weights.map((values) => Buffer.from(values.slice().buffer))),
  });
}

function nameOf(index: number): string {
  return `layer_${index}`;
}

/** As Keras describes it. */
function settingsOf(layer: LayerSpec): { kind: string; config: object } {
  switch (layer.kind) {
    case 'DENSE':
      return {
        kind: 'Dense',
        config: { units: layer.units, activation: layer.activation, use_bias: true },
      };
    case 'CONVOLUTION':
      return {
        kind: 'Conv2D',
        config: {
          filters: layer.filters,
          kernel_size: [layer.size, layer.size],
          strides: [layer.stride, layer.stride],
          padding: layer.padding,
          activation: layer.activation,
          use_bias: true,
        },
      };
    case 'POOLING':
      return {
        kind: layer.by === 'MAX' ? 'MaxPooling2D' : 'AveragePooling2D',
        config: {
          pool_size: [layer.size, layer.size],
          strides: [layer.stride, layer.stride],
          padding: layer.padding,
        },
      };
    case 'FLATTEN':
      return { kind: 'Flatten', config: {} };
    case 'DROPOUT':
      return { kind: 'Dropout', config: { rate: layer.rate } };
    case 'EMBEDDING':
      return {
        kind: 'Embedding',
        config: { input_dim: layer.vocabulary, output_dim: layer.dimensions, mask_zero: false },
      };
    case 'RECURRENT':
      return {
        kind: layer.cell,
        config: {
          units: layer.units,
          activation: 'tanh',
          recurrent_activation: 'sigmoid',
          return_sequences: layer.sequences,
          use_bias: true,
          ...(layer.cell === 'GRU' && { reset_after: false }),
        },
      };
  }
}
