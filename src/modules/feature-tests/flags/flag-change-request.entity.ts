/** A change of a flag that waits for somebody else of the staff, because it would change what production answers. */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { FeatureFlag } from './feature-flag.entity';
import type { FlagChange } from './flag-change';
import { FlagDifference } from './flag-revision.entity';

export enum FlagChangeState {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
  CONFLICT = 'CONFLICT',
}

registerEnumType(FlagChangeState, {
  name: 'FlagChangeState',
  description: 'What became of a change that was asked for.',
  valuesConfig: {
    PENDING: { description: 'Nobody decided yet, and clients see nothing of it.' },
    APPROVED: { description: 'Somebody else approved it, and it was made.' },
    REJECTED: { description: 'Somebody else rejected it; nothing was changed.' },
    WITHDRAWN: { description: 'Who asked for it took it back.' },
    CONFLICT: {
      description: 'The flag changed in between, so it cannot be approved any more. Ask for it anew.',
    },
  },
});

@Entity('flag_change_requests')
@ObjectType({
  implements: Node,
  description: 'A change of a flag that somebody else of the staff must approve before it is made.',
})
export class FlagChangeRequest implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Column('text')
  flagId!: string;

  @ManyToOne(() => FeatureFlag)
  @JoinColumn({ name: 'flag_id' })
  flag?: Relation<FeatureFlag>;

  @Column('int')
  @Field(() => Int, {
    description: 'The revision that it changes; once there is another one, it is a CONFLICT.',
  })
  baseRevision!: number;

  @Column('jsonb')
  change!: FlagChange;

  @Column('jsonb')
  @Field(() => [FlagDifference], { description: 'What it changes.' })
  changes!: FlagDifference[];

  @Column('jsonb')
  @Field(() => [FlagDifference], {
    description:
      'Of one that switches the flag on in production: what was changed without review while it was off there, and comes into force with it. Look at it too.',
  })
  unreviewedChanges!: FlagDifference[];

  @Column('text')
  @Field(() => String, { description: 'Why it is asked for.' })
  reason!: string;

  @Column('text')
  @Field(() => FlagChangeState, { description: 'What became of it.' })
  state!: FlagChangeState;

  @Column('text')
  @Field(() => String, { description: 'Id of who asks for it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Id of who decided it, or took it back; null while it is PENDING or in CONFLICT.',
  })
  decidedBy!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What was said with it; null where nothing was.' })
  decisionReason!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ceased to be PENDING; null while it is.' })
  decidedAt!: Date | null;

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the flag that it became; null unless it was APPROVED.',
  })
  revision!: number | null;
}

@ObjectType({ description: 'A page of changes of flags that were asked for.' })
export class FlagChangeRequestConnection extends connectionOf(FlagChangeRequest) {}

@InputType({ description: 'Which changes; absent fields leave nothing out.' })
export class FlagChangeRequestFilter {
  @Field(() => FlagChangeState, { nullable: true, description: 'What became of them.' })
  state?: FlagChangeState | null;
}
