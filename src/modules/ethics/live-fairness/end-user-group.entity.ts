/** To which group of an attribute a person belongs: told by them or for them, sealed, and only while they agree to it. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';

@Entity('end_user_groups')
@ObjectType({ description: 'To which group of an attribute a person belongs, as it was told.' })
export class EndUserGroup {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  endUserId!: string;

  @PrimaryColumn('text')
  @Field(() => String, { description: 'The attribute, for example `gender`.' })
  attribute!: string;

  /** Sealed in the table. */
  @Column('text')
  @Field(() => String, { description: 'The group, or the number whose range is the group.' })
  value!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was told.' })
  toldAt!: Date;
}
