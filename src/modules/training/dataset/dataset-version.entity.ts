/** One immutable version of data: where its rows lie, what they hold, and what their people agreed to. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { ConsentPurpose } from '../../privacy';
import { Dataset } from './dataset.entity';
import { BadRow, ColumnStatistics, DatasetLabel, DatasetSource } from './dataset.type';
import type { LabelRule } from './label-rule';

/** The rule as training needs it, with the counts of its classes. */
export type StoredLabel = LabelRule & { readonly classes: readonly number[] };

@Entity('dataset_versions')
@ObjectType({
  implements: Node,
  description: 'One immutable version of a data set. Identical contents are the same version.',
})
export class DatasetVersion implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the version.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  datasetId!: string;

  @ManyToOne(() => Dataset)
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<Dataset>;

  @Column('int')
  @Field(() => Int, { description: 'Its number within the data set, from 1.' })
  number!: number;

  @Column('int')
  @Field(() => Int, { description: 'Rows that it holds.' })
  rows!: number;

  @Column('jsonb')
  @Field(() => [ColumnStatistics], { description: 'Its columns, the label among them.' })
  columns!: ColumnStatistics[];

  @Column('jsonb')
  @Field(() => DatasetLabel, { description: 'What is to be learned from it.' })
  label!: StoredLabel;

  @Column('text', { array: true })
  @Field(() => [String], { description: 'Columns by which fairness is judged.' })
  protectedAttributes!: string[];

  @Column('text')
  @Field(() => String, { description: 'SHA-256 over rows, label, protected attributes and consent scope.' })
  contentHash!: string;

  @Column('text')
  @Field(() => DatasetSource, { description: 'Where it came from.' })
  source!: DatasetSource;

  /** The upload whose rows come first, before those from feedback. */
  @Column('text', { nullable: true })
  baseVersionId!: string | null;

  @Column('int', { default: 0 })
  @Field(() => Int, { description: 'How many of its rows came from feedback.' })
  curatedRows!: number;

  /** SHA-256 of the file as it came (of rows from feedback: of their ids), and of the table that was made of it. */
  @Column('text')
  sourceHash!: string;

  @Column('text')
  tableHash!: string;

  @Column('text', { array: true })
  @Field(() => [ConsentPurpose], {
    description: 'What the people in it agreed to; empty when it is about nobody or rests on another ground.',
  })
  consentScope!: ConsentPurpose[];

  @Column('int')
  @Field(() => Int, { description: 'Rows of the file that could not be read and were left out.' })
  badRowCount!: number;

  @Column('jsonb')
  @Field(() => [BadRow], { description: 'The first hundred of them, by line and reason.' })
  badRows!: BadRow[];

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'Rows of the file that were equal to an earlier one in every column, kept or dropped as was asked; null for versions from before they were counted.',
  })
  duplicateRows!: number | null;

  /** Blob with the hashes of its rows, ascending; null for versions from before they were kept. */
  @Column('text', { nullable: true })
  rowHashesHash!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it came in.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of versions of a data set.' })
export class DatasetVersionConnection extends connectionOf(DatasetVersion) {}
