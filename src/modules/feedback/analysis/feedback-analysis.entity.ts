/**
 * What our own models made of the words of one feedback. It falls with the words: a trigger deletes the row in the statement that
 * changes or clears them, whoever does it.
 */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SentimentLabel } from './sentiment';

@Entity('feedback_analyses')
export class FeedbackAnalysis {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  feedbackId!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @Column('text', { nullable: true })
  sentimentLabel!: SentimentLabel | null;

  /** −1 (ill) to 1 (well); null where there was nothing to judge. */
  @Column('double precision', { nullable: true })
  sentimentScore!: number | null;

  /** The version that judged; null before it did. */
  @Column('text', { nullable: true })
  sentimentVersionId!: string | null;

  /** A vector, one signed byte a number; null where the text has no direction. */
  @Column('bytea', { nullable: true })
  embedding!: Buffer | null;

  /** The sign of each number. */
  @Column('bit varying', { nullable: true })
  sketch!: string | null;

  /** The version that embedded: vectors of two versions cannot be compared. */
  @Column('text', { nullable: true })
  embeddingVersionId!: string | null;

  /** What many speak of that it belongs to; null = it stands alone, or was not looked at yet. */
  @Column('text', { nullable: true })
  topicId!: string | null;

  @Column('timestamptz')
  analysedAt!: Date;
}
