/** One night's account of what was let go because its time was over. Never changed. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@ObjectType({ description: 'What went from one table.' })
export class RetentionResult {
  @Field(() => String, { description: 'The table.' })
  table!: string;

  @Field(() => Int, { description: 'For how many days it is kept.' })
  days!: number;

  @Field(() => Int, { description: 'How many rows went, or were emptied.' })
  rows!: number;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True when not all that was over could go: the log says why, and the next night tries again. Else null.',
  })
  failed?: boolean | null;
}

@Entity('retention_runs')
@ObjectType({ implements: Node, description: 'What was let go in one night because its time was over.' })
export class RetentionRun implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the run.' })
  id!: string;

  @Column('jsonb')
  @Field(() => [RetentionResult], { description: 'Every table with a rule, also where nothing was over.' })
  results!: RetentionResult[];

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it ended.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of runs.' })
export class RetentionRunConnection extends connectionOf(RetentionRun) {}
