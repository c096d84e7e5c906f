/** The steps that make more rows of the training part, each as an input of its own. */
import { Max, Min } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { ColumnsInput } from './columns.input';

const BalanceWayName = { REPEAT: 'REPEAT' } as const;

registerEnumType(BalanceWayName, {
  name: 'BalanceWay',
  description: 'How classes are made equal.',
  valuesConfig: { REPEAT: { description: 'Rows of the smaller classes are drawn again, by the seed.' } },
});

@InputType({
  description: 'Rows of the smaller classes are repeated until all classes are as large as the largest.',
})
export class BalanceInput {
  @Field(() => BalanceWayName, { defaultValue: BalanceWayName.REPEAT, description: 'How.' })
  way!: 'REPEAT';
}

@InputType({ description: 'Copies of each row with Gaussian noise on its numbers.' })
export class NoiseInput extends ColumnsInput {
  @Field(() => Float, {
    description:
      'Of the noise, in prepared units (1 = the spread of a standardised column), above 0 and at most 2.',
  })
  @Min(0.0001)
  @Max(2)
  standardDeviation!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Copies of each row, beside the row itself, 1–10.' })
  @Min(1)
  @Max(10)
  copies!: number;
}

@InputType({ description: 'Copies of each image, mirrored.' })
export class FlipInput extends ColumnsInput {
  @Field(() => Boolean, { defaultValue: false, description: 'Left and right may change places.' })
  horizontal!: boolean;

  @Field(() => Boolean, { defaultValue: false, description: 'Top and bottom may change places.' })
  vertical!: boolean;

  @Field(() => Int, { defaultValue: 1, description: 'Copies of each row, beside the row itself, 1–10.' })
  @Min(1)
  @Max(10)
  copies!: number;
}

@InputType({ description: 'Copies of each image, turned about its centre.' })
export class RotateInput extends ColumnsInput {
  @Field(() => Float, { description: 'At most so far to either side, above 0 and at most 180.' })
  @Min(0.1)
  @Max(180)
  degrees!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Copies of each row, beside the row itself, 1–10.' })
  @Min(1)
  @Max(10)
  copies!: number;
}

@InputType({ description: 'Copies of each image, larger or smaller about its centre.' })
export class ScaleInput extends ColumnsInput {
  @Field(() => Float, { defaultValue: 0.9, description: 'Smallest factor, 0.25–4.' })
  @Min(0.25)
  @Max(4)
  smallest!: number;

  @Field(() => Float, { defaultValue: 1.1, description: 'Largest factor, 0.25–4.' })
  @Min(0.25)
  @Max(4)
  largest!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Copies of each row, beside the row itself, 1–10.' })
  @Min(1)
  @Max(10)
  copies!: number;
}

@InputType({ description: 'Copies of each image, moved sideways and up or down; what comes in is black.' })
export class ShiftInput extends ColumnsInput {
  @Field(() => Int, {
    description: 'At most so many pixels in each direction, 1–32 and at most half of the side.',
  })
  @Min(1)
  @Max(32)
  pixels!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Copies of each row, beside the row itself, 1–10.' })
  @Min(1)
  @Max(10)
  copies!: number;
}
