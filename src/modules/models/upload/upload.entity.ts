/** A file that came in and waits to become data or a model: bytes under their hash, and who sent them. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('uploads')
export class Upload {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  blobHash!: string;

  @Column('bigint')
  sizeBytes!: string;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  createdAt!: Date;
}
