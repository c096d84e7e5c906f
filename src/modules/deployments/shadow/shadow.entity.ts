/** A version that gets copies of a deployment's traffic and answers nobody, and how its answers differ. */
import { Field, Float, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';

@Entity('shadows')
@ObjectType({
  description:
    'A version that is asked what the deployment is asked, when there is time for it, and answers nobody. Nobody pays for it.',
})
export class Shadow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  versionId!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who started it.' })
  startedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Since when it is asked.' })
  startedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'Until when; null while it is.' })
  endedAt!: Date | null;

  @Column('double precision')
  @Field(() => Float, { description: 'Rows whose two answers were compared.' })
  rows!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Rows for which it says another label.' })
  disagreed!: number;

  /** Sum over the rows of the largest absolute difference of their numbers. */
  @Column('double precision')
  difference!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Largest absolute difference of two numbers.' })
  largest!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Requests that it failed.' })
  failed!: number;

  @Column('double precision')
  @Field(() => Float, {
    description:
      'Requests that were answered and that it does not take: `deployment.refusedInputs` names the inputs.',
  })
  refused!: number;

  @Column('double precision')
  @Field(() => Float, {
    description: 'Requests that it was not asked: others were waiting, or the person does not agree.',
  })
  dropped!: number;
}
