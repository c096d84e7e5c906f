/** Where a purpose stands for one person: kept in the transaction of each record, so that it is one look-up at the point of use. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../platform/graphql';
import { ConsentPurpose } from './consent-purpose';

@Entity('consent_states')
@ObjectType({ description: 'Whether a person agrees to one purpose.' })
export class ConsentState {
  @PrimaryColumn('text')
  readonly customerId?: string;

  @PrimaryColumn('text')
  readonly endUserId?: string;

  @PrimaryColumn('text')
  @Field(() => ConsentPurpose, { description: 'The purpose.' })
  purpose!: ConsentPurpose;

  @Column('boolean')
  @Field(() => Boolean, {
    description: 'Whether the person agreed. Always true for SERVICE, which needs no consent.',
  })
  granted!: boolean;

  @Column('boolean')
  @Field(() => Boolean, {
    description:
      'Whether it is not done all the same, because the person asked that data about them not be used. A new yes to the purpose ends it for that one.',
  })
  restricted!: boolean;

  /** Never null in the table: a purpose that nobody was asked about has no row. */
  @Column('timestamptz')
  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when it stands so; null when the person was never asked.',
  })
  since!: Date | null;

  @Column('text')
  textId!: string | null;
}
