/** How a customer came, as its sign-up said. A projection of identity's events. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('customer_origins')
export class CustomerOrigin {
  @PrimaryColumn('text')
  customerId!: string;

  @Column('timestamptz')
  signedUpAt!: Date;

  @Column('text', { nullable: true })
  channel!: string | null;

  @Column('text', { nullable: true })
  campaign!: string | null;

  @Column('text', { nullable: true })
  segment!: string | null;
}
