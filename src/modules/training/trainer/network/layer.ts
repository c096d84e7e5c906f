/**
 * The layers a network may be built of, as plain data, and the rule of which shapes they take and give. What does not fit
 * is told with the path of the layer, before anything is trained. A size that is known only with the data is null.
 */
import type { FaultPath } from './layer-fault';
import { fault } from './layer-fault';

export type HiddenActivation = 'linear' | 'relu' | 'tanh' | 'sigmoid';
export type Padding = 'valid' | 'same';

export type LayerSpec =
  | { readonly kind: 'DENSE'; readonly units: number; readonly activation: HiddenActivation }
  | {
      readonly kind: 'CONVOLUTION';
      readonly filters: number;
      /** Pixels a side. */
      readonly size: number;
      readonly stride: number;
      readonly padding: Padding;
      readonly activation: HiddenActivation;
    }
  | {
      readonly kind: 'POOLING';
      readonly by: 'MAX' | 'AVERAGE';
      readonly size: number;
      readonly stride: number;
      readonly padding: Padding;
    }
  | { readonly kind: 'FLATTEN' }
  | { readonly kind: 'DROPOUT'; readonly rate: number }
  | { readonly kind: 'EMBEDDING'; readonly vocabulary: number; readonly dimensions: number }
  | {
      readonly kind: 'RECURRENT';
      readonly cell: 'LSTM' | 'GRU';
      readonly units: number;
      /** Answers after each step instead of after the last. */
      readonly sequences: boolean;
    };

/** Of one row; null where only the data will tell. */
export type Shape = readonly (number | null)[];

/** The shape behind each layer. @throws AppError for the first layer that does not fit: what is behind it would be a guess. */
export function shapesOf(layers: readonly LayerSpec[], input: Shape, path: FaultPath): Shape[] {
  const shapes: Shape[] = [];
  let shape = input;
  layers.forEach((layer, index) => {
    shape = shapeBehind(layer, shape, [...path, String(index)]);
    shapes.push(shape);
  });
  return shapes;
}

function shapeBehind(layer: LayerSpec, shape: Shape, path: FaultPath): Shape {
  switch (layer.kind) {
    case 'DENSE':
      return [...shape.slice(0, -1), layer.units];
    case 'FLATTEN':
      return [shape.includes(null) ? null : (shape as number[]).reduce((size, one) => size * one, 1)];
    case 'DROPOUT':
      return shape;
    case 'CONVOLUTION':
    case 'POOLING': {
      if (shape.length !== 3) {
        throw fault(
          path,
          `${named(layer)} needs pictures (height, width, channels), but ${told(shape)} come in. Say inputShape, or put it before what flattens.`,
        );
      }
      const sides = shape.slice(0, 2).map((side) => slid(side!, layer));
      if (sides.some((side) => side < 1)) {
        throw fault(
          path,
          `${named(layer)} of ${layer.size} × ${layer.size} does not fit into ${told(shape)}. Make it smaller, or pad it.`,
        );
      }
      return [...sides, layer.kind === 'CONVOLUTION' ? layer.filters : shape[2]!];
    }
    case 'EMBEDDING':
      if (shape.length !== 1 || path.at(-1) !== '0') {
        throw fault(path, `An embedding looks up whole numbers, so it must be the first layer of flat rows.`);
      }
      return [shape[0]!, layer.dimensions];
    case 'RECURRENT':
      if (shape.length !== 2) {
        throw fault(
          path,
          `A recurrent layer needs steps (steps, numbers a step), but ${told(shape)} come in. Say inputShape, or put an embedding or a layer with sequences before it.`,
        );
      }
      return layer.sequences ? [shape[0]!, layer.units] : [layer.units];
  }
}

/** What is left of a side of this length when a window slides over it. */
export function slid(
  side: number,
  { size, stride, padding }: { size: number; stride: number; padding: Padding },
): number {
  return padding === 'same' ? Math.ceil(side / stride) : Math.ceil((side - size + 1) / stride);
}

export interface Parameter {
  /** As TensorFlow.js names it within its layer. */
  readonly name: 'kernel' | 'recurrent_kernel' | 'bias' | 'embeddings';
  readonly shape: readonly number[];
}

/** What a layer learns, in TensorFlow's order. @param input the shape before it, with every size known. */
export function parametersOf(layer: LayerSpec, input: readonly number[]): Parameter[] {
  const width = input.at(-1)!;
  switch (layer.kind) {
    case 'DENSE':
      return [
        { name: 'kernel', shape: [width, layer.units] },
        { name: 'bias', shape: [layer.units] },
      ];
    case 'CONVOLUTION':
      return [
        { name: 'kernel', shape: [layer.size, layer.size, width, layer.filters] },
        { name: 'bias', shape: [layer.filters] },
      ];
    case 'EMBEDDING':
      return [{ name: 'embeddings', shape: [layer.vocabulary, layer.dimensions] }];
    case 'RECURRENT': {
      const gates = layer.units * (layer.cell === 'LSTM' ? 4 : 3);
      return [
        { name: 'kernel', shape: [width, gates] },
        { name: 'recurrent_kernel', shape: [layer.units, gates] },
        { name: 'bias', shape: [gates] },
      ];
    }
    case 'POOLING':
    case 'FLATTEN':
    case 'DROPOUT':
      return [];
  }
}

function named(layer: LayerSpec): string {
  return layer.kind === 'CONVOLUTION' ? 'A convolution' : 'A pooling';
}

function told(shape: Shape): string {
  return shape.length === 1 ? `${shape[0] ?? 'flat'} numbers` : shape.join(' × ');
}
