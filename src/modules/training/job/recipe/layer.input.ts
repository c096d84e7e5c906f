/** The layers of a network as callers write them: one of several kinds each, in order. */
import { ArrayMaxSize, ArrayMinSize, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { OneOf } from '../../../../platform/graphql';
import type { LayerSpec } from '../../trainer/network/layer';

export enum LayerActivation {
  LINEAR = 'LINEAR',
  RELU = 'RELU',
  TANH = 'TANH',
  SIGMOID = 'SIGMOID',
}

registerEnumType(LayerActivation, {
  name: 'LayerActivation',
  description: 'What becomes of the numbers of a layer.',
  valuesConfig: {
    LINEAR: { description: 'They stay as they are.' },
    RELU: { description: 'Those below zero become zero.' },
    TANH: { description: 'They are drawn into −1 to 1.' },
    SIGMOID: { description: 'They are drawn into 0 to 1.' },
  },
});

enum LayerPadding {
  VALID = 'VALID',
  SAME = 'SAME',
}

registerEnumType(LayerPadding, {
  name: 'LayerPadding',
  description: 'What a window does at the border.',
  valuesConfig: {
    VALID: { description: 'It stays inside.' },
    SAME: { description: 'It goes over the border, where there are zeros.' },
  },
});

enum PoolingRule {
  MAX = 'MAX',
  AVERAGE = 'AVERAGE',
}

registerEnumType(PoolingRule, {
  name: 'PoolingRule',
  description: 'Which number stands for a window.',
  valuesConfig: {
    MAX: { description: 'The largest.' },
    AVERAGE: { description: 'The mean.' },
  },
});

enum RecurrentCell {
  LSTM = 'LSTM',
  GRU = 'GRU',
}

registerEnumType(RecurrentCell, {
  name: 'RecurrentCell',
  description: 'How a recurrent layer remembers.',
  valuesConfig: {
    LSTM: { description: 'Long short-term memory (Hochreiter, Schmidhuber 1997).' },
    GRU: { description: 'Gated recurrent unit (Cho et al. 2014): three quarters of the weights.' },
  },
});

@InputType({ description: 'A layer in which every unit sees every number.' })
export class DenseLayerInput {
  @Field(() => Int, { description: 'Units, 1–4096.' })
  @Min(1)
  @Max(4096)
  units!: number;

  @Field(() => LayerActivation, {
    nullable: true,
    description: 'What becomes of each sum; RELU unless told otherwise.',
  })
  activation?: LayerActivation | null;
}

@InputType({ description: 'A window with weights that slides over a picture.' })
export class ConvolutionLayerInput {
  @Field(() => Int, { description: 'Pictures that come out, 1–512.' })
  @Min(1)
  @Max(512)
  filters!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Pixels a side of the window, 1–15; 3 unless told otherwise.',
  })
  @Min(1)
  @Max(15)
  size?: number | null;

  @Field(() => Int, { nullable: true, description: 'Pixels it moves on, 1–8; 1 unless told otherwise.' })
  @Min(1)
  @Max(8)
  stride?: number | null;

  @Field(() => LayerPadding, {
    nullable: true,
    description: 'What is done at the edges of a picture; VALID unless told otherwise.',
  })
  padding?: LayerPadding | null;

  @Field(() => LayerActivation, {
    nullable: true,
    description: 'What becomes of each sum; RELU unless told otherwise.',
  })
  activation?: LayerActivation | null;
}

@InputType({ description: 'A window of which one number is kept.' })
export class PoolingLayerInput {
  @Field(() => PoolingRule, {
    nullable: true,
    description: 'What of a window is kept; MAX unless told otherwise.',
  })
  by?: PoolingRule | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Pixels a side of the window, 2–8; 2 unless told otherwise.',
  })
  @Min(2)
  @Max(8)
  size?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Pixels it moves on, 1–8; its size unless told otherwise.',
  })
  @Min(1)
  @Max(8)
  stride?: number | null;

  @Field(() => LayerPadding, {
    nullable: true,
    description: 'What is done at the edges of a picture; VALID unless told otherwise.',
  })
  padding?: LayerPadding | null;
}

@InputType({ description: 'Numbers left out by chance while it learns.' })
export class DropoutLayerInput {
  @Field(() => Float, { description: 'Share that is left out, 0–0.9.' })
  @Min(0)
  @Max(0.9)
  rate!: number;
}

@InputType({ description: 'A table of learned numbers, looked up by whole numbers; the first layer.' })
export class EmbeddingLayerInput {
  @Field(() => Int, { description: 'How many whole numbers there are, from 0; 2–100000.' })
  @Min(2)
  @Max(100_000)
  vocabulary!: number;

  @Field(() => Int, { description: 'Numbers for each, 1–512.' })
  @Min(1)
  @Max(512)
  dimensions!: number;
}

@InputType({ description: 'A layer that reads step after step and remembers.' })
export class RecurrentLayerInput {
  @Field(() => RecurrentCell, {
    nullable: true,
    description: 'What remembers from step to step; LSTM unless told otherwise.',
  })
  cell?: RecurrentCell | null;

  @Field(() => Int, { description: 'Units, 1–512.' })
  @Min(1)
  @Max(512)
  units!: number;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it answers after every step, for a layer that reads on; false unless told otherwise.',
  })
  sequences?: boolean | null;
}

@OneOf()
@InputType({ description: 'One layer: exactly one of its fields.' })
export class LayerInput {
  @Field(() => DenseLayerInput, { nullable: true, description: 'Every unit sees every number.' })
  @ValidateNested()
  dense?: DenseLayerInput | null;

  @Field(() => ConvolutionLayerInput, { nullable: true, description: 'Slides over pictures.' })
  @ValidateNested()
  convolution?: ConvolutionLayerInput | null;

  @Field(() => PoolingLayerInput, { nullable: true, description: 'Makes pictures smaller.' })
  @ValidateNested()
  pooling?: PoolingLayerInput | null;

  @Field(() => Boolean, { nullable: true, description: 'true: pictures or steps become one row of numbers.' })
  flatten?: boolean | null;

  @Field(() => DropoutLayerInput, { nullable: true, description: 'Leaves numbers out while it learns.' })
  @ValidateNested()
  dropout?: DropoutLayerInput | null;

  @Field(() => EmbeddingLayerInput, { nullable: true, description: 'Looks whole numbers up.' })
  @ValidateNested()
  embedding?: EmbeddingLayerInput | null;

  @Field(() => RecurrentLayerInput, { nullable: true, description: 'Reads step after step.' })
  @ValidateNested()
  recurrent?: RecurrentLayerInput | null;
}

@InputType({ description: 'What a network is built of, and the shape of what comes in.' })
export class NetworkInput {
  @Field(() => [LayerInput], {
    description:
      'Its layers in order, 1–32, without the last: one that fits what is learned (sigmoid, softmax or linear) is added.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(32)
  @ValidateNested({ each: true })
  layers!: LayerInput[];

  @Field(() => [Int], {
    nullable: true,
    description:
      'Shape of one prepared row: height, width and channels of a picture, or steps and numbers a step; flat when left out.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @Min(1, { each: true })
  inputShape?: number[] | null;
}

export function networkOf({ layers, inputShape }: NetworkInput): {
  layers: LayerSpec[];
  inputShape: number[] | null;
} {
  return { layers: layers.map(layerOf), inputShape: inputShape ?? null };
}

function layerOf(input: LayerInput): LayerSpec {
  const { dense, convolution, pooling, dropout, embedding, recurrent } = input;
  if (dense) return { kind: 'DENSE', units: dense.units, activation: activationOf(dense.activation) };
  if (convolution) {
    return {
      kind: 'CONVOLUTION',
      filters: convolution.filters,
      size: convolution.size ?? 3,
      stride: convolution.stride ?? 1,
      padding: paddingOf(convolution.padding),
      activation: activationOf(convolution.activation),
    };
  }
  if (pooling) {
    const size = pooling.size ?? 2;
    const by = pooling.by ?? PoolingRule.MAX;
    return { kind: 'POOLING', by, size, stride: pooling.stride ?? size, padding: paddingOf(pooling.padding) };
  }
  if (dropout) return { kind: 'DROPOUT', rate: dropout.rate };
  if (embedding)
    return { kind: 'EMBEDDING', vocabulary: embedding.vocabulary, dimensions: embedding.dimensions };
  if (recurrent) {
    return {
      kind: 'RECURRENT',
      cell: recurrent.cell ?? RecurrentCell.LSTM,
      units: recurrent.units,
      sequences: recurrent.sequences ?? false,
    };
  }
  return { kind: 'FLATTEN' };
}

function activationOf(activation: LayerActivation | null | undefined) {
  return (activation ?? LayerActivation.RELU).toLowerCase() as 'linear' | 'relu' | 'tanh' | 'sigmoid';
}

function paddingOf(padding: LayerPadding | null | undefined) {
  return (padding ?? LayerPadding.VALID).toLowerCase() as 'valid' | 'same';
}
