/** That somebody was asked how they would miss the product. Whether they answered, feedback tells. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('survey_asks')
export class SurveyAsk {
  @PrimaryColumn('text')
  customerId!: string;

  /** The end user, or the member. */
  @PrimaryColumn('text')
  giver!: string;

  @PrimaryColumn('timestamptz')
  askedAt!: Date;

  @Column('text', { nullable: true })
  endUserId!: string | null;
}
