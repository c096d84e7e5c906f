/** The difference of two versions of data, as it is asked for. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ColumnKindName } from './column-profile';
import { ColumnKind } from './dataset.type';
import { DatasetVersion } from './dataset-version.entity';
import type { ColumnChange } from './version-difference';

const ColumnChangeName: { readonly [change in ColumnChange]: change } = {
  ADDED: 'ADDED',
  REMOVED: 'REMOVED',
  KIND_CHANGED: 'KIND_CHANGED',
  KEPT: 'KEPT',
};

registerEnumType(ColumnChangeName, {
  name: 'ColumnChange',
  description: 'What became of a column from one version to another.',
  valuesConfig: {
    ADDED: { description: 'Only the later one has it.' },
    REMOVED: { description: 'Only the earlier one has it.' },
    KIND_CHANGED: { description: 'Both have it, and it holds something else.' },
    KEPT: { description: 'Both have it with the same kind; its figures tell how far it moved.' },
  },
});

@ObjectType({
  description: 'Rows of two versions held against each other; equal ones count as often as they occur.',
})
export class RowsDifference {
  @Field(() => Int, { description: 'Rows that both have.' })
  kept!: number;

  @Field(() => Int, { description: 'Rows that only the later one has.' })
  added!: number;

  @Field(() => Int, { description: 'Rows that only the earlier one has.' })
  removed!: number;
}

@ObjectType('ColumnDifference', { description: 'What became of one column.' })
export class ColumnDifferenceType {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => ColumnChangeName, { description: 'Whether it came, went or stayed.' })
  change!: ColumnChange;

  @Field(() => ColumnKind, { nullable: true, description: 'What it held; null when it was added.' })
  kindBefore!: ColumnKindName | null;

  @Field(() => ColumnKind, { nullable: true, description: 'What it holds; null when it was removed.' })
  kindAfter!: ColumnKindName | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of rows that had no value; null when it was added.',
  })
  missingBefore!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of rows that have no value; null when it was removed.',
  })
  missingAfter!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Population stability index over ten bins of the earlier version, or its categories: below 0.1 stable, from 0.25 another population. Null for texts, images and columns that did not stay.',
  })
  stabilityIndex!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Chance of so large a `stabilityIndex` when nothing changed, 0–1; null where there is none.',
  })
  stabilityP!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Kolmogorov–Smirnov distance, 0–1, to about 0.01; null unless numeric and kept.',
  })
  distance!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Chance of so large a `distance` when nothing changed, 0–1; null where there is none.',
  })
  distanceP!: number | null;
}

@ObjectType({ description: 'How a version of data differs from an earlier one.' })
export class DatasetVersionDifference {
  @Field(() => DatasetVersion, { description: 'The earlier one.' })
  before!: DatasetVersion;

  @Field(() => DatasetVersion, { description: 'The later one.' })
  after!: DatasetVersion;

  @Field(() => RowsDifference, {
    nullable: true,
    description: 'Null when their columns differ, and for versions from before rows could be compared.',
  })
  rows!: RowsDifference | null;

  @Field(() => [ColumnDifferenceType], {
    description: 'Columns of the earlier one in its order, then those added.',
  })
  columns!: ColumnDifferenceType[];
}
