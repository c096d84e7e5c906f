/** A correction that a reviewer accepted, as a row to learn from; what it holds is sealed, and gone once it is taken back. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('curated_rows')
export class CuratedRow {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  endUserId!: string;

  @Column('text')
  feedbackId!: string;

  @Column('text')
  inferenceId!: string;

  /** Its place among the rows of the prediction. */
  @Column('int')
  rowIndex!: number;

  @Column('text')
  modelId!: string;

  @Column('text')
  modelVersionId!: string;

  /** Inputs and answer under a seal that is bound to the row; null once it is taken back. */
  @Column('text', { nullable: true, select: false })
  contents!: string | null;

  @Column('text')
  acceptedBy!: string;

  @Column('timestamptz')
  acceptedAt!: Date;

  @Column('timestamptz', { nullable: true })
  withdrawnAt!: Date | null;
}

/** That a row is in a version of data: stays when the row is taken back, because the version does. */
@Entity('curated_row_uses')
export class CuratedRowUse {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  rowId!: string;

  @PrimaryColumn('text')
  datasetVersionId!: string;

  /** The job that made the version of it. */
  @Column('text')
  jobId!: string;
}
