/** One answer to how likely somebody is to recommend the product. A projection of feedback's events. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('nps_answers')
export class NpsAnswer {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  feedbackId!: string;

  /** When it was first said. */
  @Column('timestamptz')
  at!: Date;

  /** Whose; null of one that nobody was named for. */
  @Column('text', { nullable: true })
  endUserId!: string | null;

  /** 0–10. */
  @Column('int')
  score!: number;
}
