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
  THRESHOLD = 'THRESHOLD',
}

registerEnumType(DerivationKind, {
  name: 'DerivationKind',
  description: 'How a version was made from another one.',
  valuesConfig: {
    QUANTISED: { description: 'Its weights are kept in fewer bits; `bits` says in how many.' },
    PRUNED: { description: 'Its smallest weights were set to zero; `sparsity` says how many.' },
    FINE_TUNED: { description: 'Training went on from its weights, on the same data or on other data.' },
    THRESHOLD: {
      description:
        'Its weights are the parent’s; the positive label is said from another probability on; `threshold` says from which.',
    },
  },
});

export enum ThresholdGoal {
  MAX_F1 = 'MAX_F1',
  AT_LEAST_RECALL = 'AT_LEAST_RECALL',
  AT_LEAST_PRECISION = 'AT_LEAST_PRECISION',
}

registerEnumType(ThresholdGoal, {
  name: 'ThresholdGoal',
  description: 'What the threshold of a yes-or-no classifier is to reach.',
  valuesConfig: {
    MAX_F1: { description: 'The largest F1; of equal ones the highest threshold.' },
    AT_LEAST_RECALL: {
      description:
        'So many of the positive ones are found, `atLeast`, and as few others as that takes: the highest such threshold.',
    },
    AT_LEAST_PRECISION: {
      description:
        'So many of those called positive are, `atLeast`, and as many are found as that allows: the lowest such threshold.',
    },
  },
});

@ObjectType({
  description:
    'The threshold of a version beside its parent’s, and by which rows it was chosen. Never by those that were held out: the figures of the version rest on these, and are no rosier for the choice.',
})
export class DerivedThreshold {
  @Field(() => Float, { description: 'From which probability on the positive label is said.' })
  value!: number;

  @Field(() => Float, { description: 'From which on its parent says it.' })
  parent!: number;

  @Field(() => ThresholdGoal, {
    nullable: true,
    description:
      'What it was chosen for. Null where a person gave the number: whoever read it off figures of the held-out rows has flattered the figures here a little.',
  })
  goal!: ThresholdGoal | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What the goal asked for at least; null without such a goal.',
  })
  atLeast!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Rows by which it was chosen: those that were watched while the network learned. Null where a person gave it.',
  })
  rows!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many of these rows are positive; null without them.',
  })
  positives!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Precision on the rows by which it was chosen, where it is a little flattered: `metrics` of the version tell what is left of it on others. Null without such rows.',
  })
  precision!: number | null;

  @Field(() => Float, { nullable: true, description: 'Recall on these rows; null without them.' })
  recall!: number | null;
}

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

  @Field(() => DerivedThreshold, {
    nullable: true,
    description: 'Its threshold beside its parent’s; null unless that is what was changed.',
  })
  threshold?: DerivedThreshold | null;

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
