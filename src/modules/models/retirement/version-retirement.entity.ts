/** That a version was taken out of use, by whom and why. There is no way back: a version that was wrong once is made anew. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';

@Entity('model_version_retirements')
@ObjectType({ description: 'That a version was taken out of use for good.' })
export class VersionRetirement {
  @PrimaryColumn('text')
  versionId!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Why, in the words of the person who retired it.' })
  reason!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who retired it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Since when nothing may serve it.' })
  at!: Date;
}
