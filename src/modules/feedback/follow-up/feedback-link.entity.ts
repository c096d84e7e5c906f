/** What in the product feedback led to: a feature flag or a deployment, so that those who asked can be asked when it reaches them. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('feedback_links')
export class FeedbackLink {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  feedbackId!: string;

  /** Of a flag or a deployment: its prefix says of which. */
  @PrimaryColumn('text')
  targetId!: string;

  @Column('text')
  linkedBy!: string;

  @Column('timestamptz')
  linkedAt!: Date;

  /** When those who asked were asked again, because the flag reached everyone; null = not yet. */
  @Column('timestamptz', { nullable: true })
  askedAt!: Date | null;
}
