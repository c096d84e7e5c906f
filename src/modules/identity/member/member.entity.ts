/** A person's login in a customer's account. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MemberRole as Role } from '../../../kernel/principal';
import { connectionOf, DateTime, EmailAddress, Node } from '../../../platform/graphql';

export const MemberRole: { readonly [role in Role]: Role } = {
  OWNER: 'OWNER',
  ADMIN: 'ADMIN',
  DEVELOPER: 'DEVELOPER',
  BILLING: 'BILLING',
  VIEWER: 'VIEWER',
};

registerEnumType(MemberRole, {
  name: 'MemberRole',
  description: 'What a member may do in the account of the customer.',
  valuesConfig: {
    OWNER: { description: 'Everything, and cannot be removed by others.' },
    ADMIN: { description: 'Everything but removing the owner.' },
    DEVELOPER: { description: 'Keys, inference and feedback.' },
    BILLING: { description: 'Plan, payment and invoices.' },
    VIEWER: { description: 'Reads, changes nothing.' },
  },
});

@Entity('members')
@ObjectType({ implements: Node, description: 'A person who signs in to the account of a customer.' })
export class Member implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the member.' })
  id!: string;

  @Column('text')
  @Field(() => EmailAddress, { description: 'E-mail address, unique across all accounts.' })
  email!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Name, if given.' })
  name!: string | null;

  @Column('text')
  @Field(() => MemberRole, { description: 'What this member may do.' })
  role!: Role;

  /** Null until an invitation is accepted. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When the member joined or was invited.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of members.' })
export class MemberConnection extends connectionOf(Member) {}
