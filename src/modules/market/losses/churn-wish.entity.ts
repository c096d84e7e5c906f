/** That a customer asked to end its plan, or was ended because it did not pay. A projection of billing's events. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LossReason } from '../../billing';

@Entity('churn_wishes')
export class ChurnWish {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('timestamptz')
  at!: Date;

  /** Null when nobody said. */
  @Column('text', { nullable: true })
  reason!: LossReason | null;

  /** Nobody asked: it was not paid. */
  @Column('boolean')
  unpaid!: boolean;
}
