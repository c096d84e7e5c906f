/** A login of the operator: sees all customers, within the role. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StaffRole as Role } from '../../../kernel/principal';
import { DateTime, EmailAddress, Node } from '../../../platform/graphql';

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

@Entity('staff')
@ObjectType({ implements: Node, description: 'A person of the operator’s staff.' })
export class Staff implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the login.' })
  id!: string;

  @Column('text')
  @Field(() => EmailAddress, { description: 'E-mail address.' })
  email!: string;

  @Column('text')
  @Field(() => StaffRole, { description: 'What this person may do.' })
  role!: Role;

  @Column('text')
  passwordHash!: string;

  @Column('boolean')
  @Field(() => Boolean, { description: 'The one-time password was not changed yet.' })
  mustChangePassword!: boolean;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When the login was made.' })
  createdAt!: Date;
}
