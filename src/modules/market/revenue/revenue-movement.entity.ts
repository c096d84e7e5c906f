/** How one customer's recurring revenue moved in one month. A projection of billing's events, which can be rebuilt. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MovementKind } from './revenue-movement';

@Entity('revenue_movements')
export class RevenueMovement {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  currency!: string;

  /** The first day of the month. */
  @PrimaryColumn('date')
  month!: string;

  @Column('bigint')
  openingMinor!: string;

  @Column('bigint')
  closingMinor!: string;

  @Column('text')
  kind!: MovementKind;

  /** The version of the plan that is paid when it ends, or was paid last. */
  @Column('text')
  planId!: string;
}
