/**
 * One row a refresh token. Tokens of one sign-in form a family; each is exchanged for the next. A token that comes again
 * when that moment is over was stolen by somebody: the whole family ends.
 */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('sessions')
@ObjectType({ implements: Node, description: 'A sign-in that stands, as whoever signed in sees it.' })
export class Session implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the sign-in; it stays when the tokens are renewed.' })
  id!: string;

  /** Id of the first session of the sign-in; what access tokens name. */
  @Column('text')
  familyId!: string;

  /** The member or staff login that signed in. */
  @Column('text')
  subjectId!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  refreshHash!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it ends unless its tokens are renewed before.' })
  expiresAt!: Date;

  /** When the refresh token was exchanged for the next one. */
  @Column('timestamptz', { nullable: true })
  rotatedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'The kind of client, for example `Firefox on Linux`; nothing finer is kept, and no address. Null when it did not say.',
  })
  client!: string | null;
}

@ObjectType({ description: 'A page of sign-ins.' })
export class SessionConnection extends connectionOf(Session) {}
