/** What billing knows of a customer beside its subscription: who it is at Stripe, its spend cap, how fresh the mirror is. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SpendCapKind } from '../spend/spend-cap';

@Entity('billing_accounts')
export class BillingAccount {
  @PrimaryColumn('text')
  customerId!: string;

  @Column('text', { nullable: true })
  stripeCustomerId!: string | null;

  @Column('bigint', { nullable: true })
  spendCapMinor!: string | null;

  @Column('text', { default: 'HARD' })
  spendCapKind!: SpendCapKind;

  /** How many readings of Stripe were written; a reading is written only when none was since it began. */
  @Column('bigint', { default: 0 })
  readings!: string;

  @Column('timestamptz', { nullable: true })
  syncedAt!: Date | null;

  @Column('timestamptz')
  createdAt!: Date;
}
