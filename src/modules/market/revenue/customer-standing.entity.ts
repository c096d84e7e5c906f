/** What one customer is on and pays a month, now. A projection of billing's events, which can be rebuilt. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('customer_standings')
export class CustomerStanding {
  @PrimaryColumn('text')
  customerId!: string;

  /** The subscription in force; the end of another one changes nothing. */
  @Column('text')
  subscriptionId!: string;

  @Column('text')
  planCode!: string;

  @Column('bigint')
  monthlyMinor!: string;

  @Column('text')
  currency!: string;

  @Column('timestamptz')
  since!: Date;
}
