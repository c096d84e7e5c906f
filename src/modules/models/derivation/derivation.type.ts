/**
 * What was done to a version to make another one of it, and what that cost and gained: its size, speed and quality beside
 * its parent's, measured in the same way on the same rows. Whoever promotes it decides with these numbers.
 */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../../../platform/graphql';

export enum DerivationKind {
  QUANTISED = 'QUANTISED',
  PRUNED = 'PRUNED',
  FINE_TUNED = 'FINE_TUNED',
}

registerEnumType(DerivationKind, {
  name: 'DerivationKind',
  description: 'How a version was made from another one.',
  valuesConfig: {
    QUANTISED: { description: 'Its weights are kept in fewer bits; `bits` says in how many.' },
    PRUNED: { description: 'Its smallest weights were set to zero; `sparsity` says how many.' },
    FINE_TUNED: { description: 'Training went on from its weights, on the same data or on other data.' },
  },
});

@ObjectType({ description: 'How many bytes a version and its parent have.' })
export class DerivedSize {
  @Field(() => BigIntScalar, { description: 'Of the artefact that is served.' })
  bytes!: string;

  @Field(() => BigIntScalar, { description: 'Of the parent’s artefact that is served.' })
  parentBytes!: string;
}

@ObjectType({ description: 'How long a version and its parent take for the same batch on the same engine.' })
export class DerivedSpeed {
  @Field(() => String, { description: 'The engine and the device that ran both.' })
  engine!: string;

  @Field(() => Int, { description: 'Rows of the batch.' })
  rows!: number;

  @Field(() => Float, { description: 'Device time of the version, milliseconds (median).' })
  ms!: number;

  @Field(() => Float, { description: 'Device time of its parent, milliseconds (median).' })
  parentMs!: number;
}

@ObjectType({ description: 'One figure of quality, of a version and its parent on the same held-out rows.' })
export class DerivedQuality {
  @Field(() => String, { description: 'Which figure, by the names of `Metric`.' })
  metric!: string;

  @Field(() => Float, { description: 'The figure of the version.' })
  value!: number;

  @Field(() => Float, { description: 'The figure of its parent.' })
  parent!: number;

  @Field(() => [Float], {
    nullable: true,
    description:
      'Lower and upper end of the confidence interval of the difference, version less parent, row by row compared; null where none is defined.',
  })
  interval!: number[] | null;

  @Field(() => Float, { nullable: true, description: 'Confidence level of the interval; null without one.' })
  level!: number | null;

  @Field(() => Int, { description: 'Rows that both were asked for.' })
  n!: number;
}

@ObjectType({
  description: 'How a version was made from its parent, with size, speed and quality beside it.',
})
export class Derivation {
  @Field(() => DerivationKind, { description: 'What was done.' })
  kind!: DerivationKind;

  @Field(() => Int, {
    nullable: true,
    description: 'Bits in which a weight is kept; null unless it was quantised.',
  })
  bits!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the weights that are zero, 0–1; null unless it was pruned.',
  })
  sparsity!: number | null;

  @Field(() => DerivedSize, { description: 'Its size beside its parent’s.' })
  size!: DerivedSize;

  @Field(() => DerivedSpeed, {
    nullable: true,
    description: 'Its speed beside its parent’s; null when it was not measured.',
  })
  speed!: DerivedSpeed | null;

  @Field(() => [DerivedQuality], {
    description: 'Its quality beside its parent’s; empty when it was not measured.',
  })
  quality!: DerivedQuality[];
}
