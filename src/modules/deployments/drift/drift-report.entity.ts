/** One look at the traffic of a deployment: how far it lies from what its version learned from. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DriftLevel } from '../../../kernel/statistics';
import { connectionOf, DateTime } from '../../../platform/graphql';

const DriftLevelName: { readonly [level in DriftLevel]: level } = {
  STABLE: 'STABLE',
  MODERATE: 'MODERATE',
  MAJOR: 'MAJOR',
};

registerEnumType(DriftLevelName, {
  name: 'DriftLevel',
  description: 'How far a population moved, by its stability index; what chance explains is stable.',
  valuesConfig: {
    STABLE: { description: 'Below 0.1, or not beyond chance, all measures of the look counted.' },
    MODERATE: { description: 'From 0.1: worth a look.' },
    MAJOR: { description: 'From 0.25: another population than the one that was learned from.' },
  },
});

@ObjectType({ description: 'How far one input, or the score, moved.' })
export class DriftMeasureType {
  @Field(() => String, { description: 'The input, or `score` for what is answered.' })
  name!: string;

  @Field(() => DriftLevelName, { description: 'How far it moved.' })
  level!: DriftLevel;

  @Field(() => Float, { description: 'Population stability index; 0 = alike.' })
  stabilityIndex!: number;

  @Field(() => Float, {
    description: 'Chance of so large an index without any drift, of this measure alone.',
  })
  chance!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Kolmogorov–Smirnov distance, 0–1, over the bins of the reference; null for categories.',
  })
  distance!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Chance of so large a `distance` without any drift, 0–1; null where there is none.',
  })
  distanceChance!: number | null;
}

@Entity('drift_reports')
@ObjectType({ description: 'The traffic of a deployment against the data its version learned from.' })
export class DriftReport {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  versionId!: string;

  @Column('text', { nullable: true })
  datasetVersionId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => DriftLevelName, {
    nullable: true,
    description: 'The worst of all measures; null when there are too few rows, or no reference.',
  })
  level!: DriftLevel | null;

  @Column('int')
  @Field(() => Int, {
    description: 'Answers of the last week that were looked at: only those whose people agree to it.',
  })
  rows!: number;

  @Column('jsonb')
  @Field(() => [DriftMeasureType], { description: 'By input, and for the score.' })
  measures!: DriftMeasureType[];

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was looked at.' })
  checkedAt!: Date;
}

@ObjectType({ description: 'A page of looks at the traffic of a deployment.' })
export class DriftReportConnection extends connectionOf(DriftReport) {}
