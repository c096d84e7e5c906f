/** A login of the operator: sees all customers, within the role. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StaffRole as Role } from '../../../kernel/principal';
import type { Where } from '../../../platform/database';
import { connectionOf, DateTime, EmailAddress, Node } from '../../../platform/graphql';

export const StaffRole: { readonly [role in Role]: Role } = {
  ADMIN: 'ADMIN',
  ANALYST: 'ANALYST',
  REVIEWER: 'REVIEWER',
  COMPLIANCE: 'COMPLIANCE',
};

registerEnumType(StaffRole, {
  name: 'StaffRole',
  description: 'What a member of the operator’s staff may do.',
  valuesConfig: {
    ADMIN: { description: 'Everything.' },
    ANALYST: { description: 'Data, training, feature tests, figures.' },
    REVIEWER: { description: 'Reads, and triages feedback.' },
    COMPLIANCE: { description: 'Audit log, consent, reports.' },
  },
});

export enum StaffStatus {
  INVITED = 'INVITED',
  ACTIVE = 'ACTIVE',
  DEACTIVATED = 'DEACTIVATED',
}

registerEnumType(StaffStatus, {
  name: 'StaffStatus',
  description: 'Whether somebody of the staff can sign in.',
  valuesConfig: {
    INVITED: { description: 'Was invited and has not come yet.' },
    ACTIVE: { description: 'Signs in.' },
    DEACTIVATED: { description: 'Left; what this person did still names them.' },
  },
});

@Entity('staff')
@ObjectType({ implements: Node, description: 'A person of the operator’s staff.' })
export class Staff implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the login.' })
  id!: string;

  @Column('text')
  @Field(() => EmailAddress, { description: 'E-mail address.' })
  email!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Name, as the person gave it; null without.' })
  name!: string | null;

  @Column('text')
  @Field(() => StaffRole, { description: 'What this person may do.' })
  role!: Role;

  /** Null until an invitation is accepted. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when a second factor is asked for at each sign-in; null while the password is enough.',
  })
  secondFactorAt!: Date | null;

  @Column('boolean')
  @Field(() => Boolean, { description: 'The one-time password was not changed yet.' })
  mustChangePassword!: boolean;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When the login was made.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was deactivated; null while it may be used.',
  })
  deactivatedAt!: Date | null;
}

@ObjectType({ description: 'A page of the staff.' })
export class StaffConnection extends connectionOf(Staff) {}

/** The condition on rows of staff in which a status shows itself. */
export function whereStaffIs(status: StaffStatus): Where {
  if (status === StaffStatus.DEACTIVATED) return { deactivatedAt: { not: null } };
  return { deactivatedAt: null, passwordHash: status === StaffStatus.INVITED ? null : { not: null } };
}

export function staffStatusOf({
  passwordHash,
  deactivatedAt,
}: Pick<Staff, 'passwordHash' | 'deactivatedAt'>): StaffStatus {
  if (deactivatedAt) return StaffStatus.DEACTIVATED;
  return passwordHash === null ? StaffStatus.INVITED : StaffStatus.ACTIVE;
}

/** Whether work can be given to this person. */
export function isActiveStaff(staff: Staff | null): boolean {
  return staff !== null && staffStatusOf(staff) === StaffStatus.ACTIVE;
}
