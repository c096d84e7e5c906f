/** One noisy answer that left the house: made once, never changed, and answered again whenever the same is asked. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Decimal, Node } from '../../../platform/graphql';
import { PrivacyAccounting } from './privacy-loss';
import { ReleaseMechanism, ReleaseStatistic } from './release-statistic';

@ObjectType({ description: 'The noise that was added to a value.' })
export class ReleaseNoise {
  @Field(() => Decimal, {
    description:
      'Its scale, rounded to six places: sensitivity over ε of the discrete Laplace, σ of the discrete Gaussian.',
  })
  scale!: string;

  @Field(() => [Decimal], {
    description:
      'From where to where 95 % of such noise lies: the exact value is that near to the noisy one.',
  })
  interval!: readonly [string, string];
}

@ObjectType({ description: 'One noisy value of a release.' })
export class ReleasedValue {
  @Field(() => String, {
    description:
      'What it is: `count`, `sum`, `mean`, `sum-from-middle`, a quartile as `median`, or a bin of the histogram.',
  })
  name!: string;

  @Field(() => Decimal, {
    description:
      'The noisy value, exact as it was drawn; a count may come out below zero. A mean has six places.',
  })
  value!: string;

  @Field(() => ReleaseNoise, {
    nullable: true,
    description: 'Its noise; null for a mean, which is reckoned from the two others, and for a quartile.',
  })
  noise!: ReleaseNoise | null;
}

@ObjectType({ description: 'Between which values every row counts.' })
export class ClampingBounds {
  @Field(() => Int, { description: 'Whatever is below counts as this.' })
  min!: number;

  @Field(() => Int, { description: 'Whatever is above counts as this.' })
  max!: number;
}

@Entity('aggregate_releases')
@ObjectType({
  implements: Node,
  description:
    'An aggregate that was released with differential privacy: with noise that hides whether any one person is in it.',
})
export class AggregateRelease implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the release.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'The dataset, by its name.' })
  dataset!: string;

  @Column('text')
  @Field(() => String, { description: 'What was measured, by its name in the dataset.' })
  measure!: string;

  @Column('text')
  @Field(() => ReleaseStatistic, { description: 'What was released of it.' })
  statistic!: ReleaseStatistic;

  @Column('timestamptz')
  periodFrom!: Date;

  @Column('timestamptz')
  periodTo!: Date;

  @Column('jsonb')
  @Field(() => [ReleasedValue], {
    description: 'What was released; a mean comes first, with what it was reckoned from.',
  })
  values!: readonly ReleasedValue[];

  @Column('text')
  @Field(() => ReleaseMechanism, { description: 'Where the chance came in.' })
  mechanism!: ReleaseMechanism;

  @Column('numeric', { nullable: true })
  @Field(() => Decimal, { nullable: true, description: 'The ε of the release; null for one with a ρ.' })
  epsilon!: string | null;

  @Column('numeric', { nullable: true })
  @Field(() => Decimal, { nullable: true, description: 'The ρ of the release; null for one with an ε.' })
  rho!: string | null;

  @Column('text')
  @Field(() => PrivacyAccounting, { description: 'How the dataset adds up its losses.' })
  accounting!: PrivacyAccounting;

  @Column('numeric')
  @Field(() => Decimal, {
    description:
      'What it took from the budget of the dataset for the month, in ε or ρ by the accounting; rounded up.',
  })
  charged!: string;

  @Column('int')
  @Field(() => Int, {
    description:
      'So many rows of one person count at most, the earliest ones: what the noise is measured for.',
  })
  rowsPerPerson!: number;

  @Column('jsonb', { nullable: true })
  @Field(() => ClampingBounds, {
    nullable: true,
    description: 'Between which values every row counts; null where rows are only counted.',
  })
  bounds!: ClampingBounds | null;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who asked for it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made: of whom stood by ANALYTICS then.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of aggregate releases.' })
export class AggregateReleaseConnection extends connectionOf(AggregateRelease) {}
