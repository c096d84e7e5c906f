/** A person's login in a customer's account. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MemberRole as Role } from '../../../kernel/principal';
import type { Where } from '../../../platform/database';
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
    OWNER: { description: 'Everything; only an owner makes and unmakes owners, and one always stays.' },
    ADMIN: { description: 'Everything but what concerns owners.' },
    DEVELOPER: { description: 'Keys, inference and feedback.' },
    BILLING: { description: 'Plan, payment and invoices.' },
    VIEWER: { description: 'Reads, changes nothing.' },
  },
});

export enum MemberStatus {
  INVITED = 'INVITED',
  ACTIVE = 'ACTIVE',
  REMOVED = 'REMOVED',
}

registerEnumType(MemberStatus, {
  name: 'MemberStatus',
  description: 'Whether a member can sign in.',
  valuesConfig: {
    INVITED: { description: 'Was invited and has not come yet.' },
    ACTIVE: { description: 'Signs in.' },
    REMOVED: {
      description: 'Left, or was removed: address and name are forgotten, and what they did names the id.',
    },
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
  @Field(() => EmailAddress, {
    description:
      'E-mail address, unique across all accounts; of whoever was removed one under `removed.invalid`, which is nobody’s.',
  })
  email!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Name, as the person gave it; null without.' })
  name!: string | null;

  @Column('text')
  @Field(() => MemberRole, { description: 'What this member may do.' })
  role!: Role;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the member proved that the address is its own, by a link that was sent there; null until then.',
  })
  emailVerifiedAt!: Date | null;

  /** Replaces the address once it is proven. */
  @Column('text', { nullable: true })
  pendingEmail!: string | null;

  /** Until when it waits for that. */
  @Column('timestamptz', { nullable: true })
  pendingEmailUntil!: Date | null;

  /** Null until an invitation is accepted, and for whoever was removed. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when a second factor is asked for at each sign-in; null while the password is enough.',
  })
  secondFactorAt!: Date | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When the member joined or was invited.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the member left or was removed; null for all others.',
  })
  removedAt!: Date | null;
}

@ObjectType({ description: 'A page of members.' })
export class MemberConnection extends connectionOf(Member) {}

/** The condition on rows of members in which a status shows itself; none = whoever was not removed. */
export function whereMemberIs(status?: MemberStatus | null): Where {
  if (status === MemberStatus.REMOVED) return { removedAt: { not: null } };
  if (!status) return { removedAt: null };
  return { removedAt: null, passwordHash: status === MemberStatus.INVITED ? null : { not: null } };
}

export function memberStatusOf({
  passwordHash,
  removedAt,
}: Pick<Member, 'passwordHash' | 'removedAt'>): MemberStatus {
  if (removedAt) return MemberStatus.REMOVED;
  return passwordHash === null ? MemberStatus.INVITED : MemberStatus.ACTIVE;
}
