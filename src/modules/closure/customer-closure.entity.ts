/** That a customer closed its account: when, why, until when it can come back, and what became of its data, table by table. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../platform/graphql';
import { LossReason } from '../billing';
import { DataAction } from '../privacy';

@ObjectType({ description: 'What became of what a closed customer had in one table.' })
export class ClosureOutcome {
  @Field(() => String, { description: 'The table.' })
  table!: string;

  @Field(() => String, { description: 'What it holds of a customer.' })
  holds!: string;

  @Field(() => String, { nullable: true, description: 'What of it is kept, and why; null where nothing is.' })
  kept!: string | null;

  @Field(() => DataAction, { description: 'What was done: ERASED or KEPT.' })
  action!: DataAction;

  @Field(() => Int, { description: 'To how many rows.' })
  rows!: number;
}

@Entity('customer_closures')
@ObjectType({
  description:
    'A customer’s account that was closed by its owner. Until its data are deleted it can be opened again with `customerReopen`.',
})
export class CustomerClosure {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('timestamptz')
  @Field(() => DateTime, { description: 'When it was closed.' })
  closedAt!: Date;

  @Column('text')
  @Field(() => ID, { description: 'The member who closed it.' })
  closedBy!: string;

  @Column('text')
  @Field(() => LossReason, { description: 'Why.' })
  reason!: LossReason;

  /** Forgotten with the data: it may name people. */
  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why, in the owner’s words; null when nothing was said, and once the data are deleted.',
  })
  detail!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'After when its data are deleted.' })
  eraseAfter!: Date;

  @Column('timestamptz', { nullable: true })
  reopenedAt!: Date | null;

  @Column('text', { nullable: true })
  reopenedBy!: string | null;

  /** From here on there is no way back. */
  @Column('timestamptz', { nullable: true })
  erasingSince!: Date | null;

  /** When the owners were written what became of the data: before their addresses went. */
  @Column('timestamptz', { nullable: true })
  toldAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When its data were deleted; null as long as they are here.',
  })
  erasedAt!: Date | null;

  @Column('jsonb')
  @Field(() => [ClosureOutcome], {
    description:
      'The certificate of the deletion: what went and what is kept, table by table. Empty until it begins.',
  })
  outcome!: ClosureOutcome[];
}
