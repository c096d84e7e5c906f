/** Data to learn from: a name, under which immutable versions stand. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { Customer } from '../../identity';

@Entity('datasets')
@ObjectType({ implements: Node, description: 'Data to learn from, in immutable versions.' })
export class Dataset implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the data set.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  owner?: Relation<Customer> | null;

  @Column('text')
  @Field(() => String, { description: 'Its name, unique among the data sets of its owner.' })
  name!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When its first version came in.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of data sets.' })
export class DatasetConnection extends connectionOf(Dataset) {}
