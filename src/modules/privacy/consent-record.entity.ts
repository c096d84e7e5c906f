/**
 * What a person said, and how we know: one row for each yes and each no, never changed. Fields after ISO/IEC TS 27560
 * and the Kantara consent receipt: who, purpose, text version, given or withdrawn, how collected, when, by whom, evidence.
 */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../platform/graphql';
import { ConsentPurpose } from './consent-purpose';
import { ConsentText } from './consent-text/consent-text.entity';

export enum CollectionMethod {
  SELF_SERVICE = 'SELF_SERVICE',
  FORM = 'FORM',
  WRITTEN = 'WRITTEN',
  SPOKEN = 'SPOKEN',
  IMPORT = 'IMPORT',
  GLOBAL_PRIVACY_CONTROL = 'GLOBAL_PRIVACY_CONTROL',
  DATA_REQUEST = 'DATA_REQUEST',
  REGISTER = 'REGISTER',
}

registerEnumType(CollectionMethod, {
  name: 'CollectionMethod',
  description: 'How a yes or no came to us.',
  valuesConfig: {
    SELF_SERVICE: { description: 'The person said it with their own token.' },
    FORM: { description: 'In a form of the customer’s product.' },
    WRITTEN: { description: 'On paper or by mail to the customer.' },
    SPOKEN: { description: 'In conversation with the customer.' },
    IMPORT: { description: 'Taken over from the customer’s former records.' },
    GLOBAL_PRIVACY_CONTROL: { description: 'The person’s browser sent Global Privacy Control.' },
    DATA_REQUEST: { description: 'The person objected to every use that rests on consent.' },
    REGISTER: {
      description:
        'Said before, and said again for the person after the database was put back to an earlier day.',
    },
  },
});

@Entity('consent_records')
@ObjectType({
  implements: Node,
  description: 'One yes or no to one purpose, with its circumstances. Never changed.',
})
export class ConsentRecord implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the record.' })
  id!: string;

  @Column('text')
  endUserId!: string;

  @Column('text')
  @Field(() => ConsentPurpose, { description: 'The purpose it is about.' })
  purpose!: ConsentPurpose;

  @Column('boolean')
  @Field(() => Boolean, { description: 'True: given. False: withdrawn or refused.' })
  granted!: boolean;

  @Column('text')
  textId!: string;

  @ManyToOne(() => ConsentText)
  @JoinColumn({ name: 'text_id' })
  text?: Relation<ConsentText>;

  @Column('text')
  @Field(() => CollectionMethod, { description: 'How it came to us.' })
  method!: CollectionMethod;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was said.' })
  at!: Date;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who recorded it.' })
  by!: string;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'What proves it, for example the id of a form; null when nothing was named.',
  })
  evidence!: string | null;
}

@ObjectType({ description: 'A page of consent records.' })
export class ConsentRecordConnection extends connectionOf(ConsentRecord) {}
