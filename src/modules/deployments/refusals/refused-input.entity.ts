/** How often a version refused a value of an input on one day, and for which constraint. */
import { Field, Float, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';

@Entity('refused_inputs')
export class RefusedInputRow {
  @PrimaryColumn('text')
  deploymentId!: string;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  versionId!: string;

  /** Empty = none that the version has. */
  @PrimaryColumn('text')
  input!: string;

  @PrimaryColumn('text')
  broken!: string;

  @Column('double precision')
  count!: number;

  @Column('timestamptz')
  lastAt!: Date;
}

@ObjectType({
  description:
    'What callers sent that a version does not take: how often, never what. New categories, units or fields of the world outside show here, which drift cannot see: it looks at answered rows.',
})
export class RefusedInput {
  versionId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The input; null for rows that are no objects, and for names that the version does not have.',
  })
  input!: string | null;

  @Field(() => String, {
    description:
      'What was broken, by the `constraint` of the error that the caller got, for example category, range, required or unknown.',
  })
  constraint!: string;

  @Field(() => Float, { description: 'Values that were refused; of one request at most 100 are counted.' })
  count!: number;

  @Field(() => DateTime, { description: 'When it was last refused.' })
  lastAt!: Date;
}
