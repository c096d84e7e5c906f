/**
 * One row a refresh token. Tokens of one sign-in form a family; each is used once and replaced by the next. A token
 * that comes a second time was stolen by somebody: the whole family ends.
 */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('sessions')
export class Session {
  @PrimaryColumn('text')
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
  expiresAt!: Date;

  /** When the refresh token was exchanged for the next one. */
  @Column('timestamptz', { nullable: true })
  rotatedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;
}
