/** Inputs of what is done with members. */
import { IsEmail, IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { MemberRole as Role } from '../../../kernel/principal';
import { EmailAddress } from '../../../platform/graphql';
import { MemberRole, MemberStatus } from './member.entity';

@InputType({ description: 'Whom to invite.' })
export class MemberInviteInput {
  @Field(() => EmailAddress, { description: 'Where the invitation goes.' })
  @IsEmail()
  email!: string;

  @Field(() => MemberRole, { description: 'What the new member may do; any role but OWNER.' })
  role!: Role;

  @Field(() => String, { nullable: true, description: 'Name of the person.' })
  @IsOptional()
  @MaxLength(200)
  name?: string | null;
}

@InputType({ description: 'Which members.' })
export class MemberFilter {
  @Field(() => MemberStatus, {
    nullable: true,
    description: 'Whether they can sign in; absent = all but the removed.',
  })
  status?: MemberStatus | null;
}

@InputType({ description: 'What is to be another about a member; absent = unchanged.' })
export class MemberChangeInput {
  @Field(() => MemberRole, {
    nullable: true,
    description: 'What the member may do from now on. Whose role changes signs in anew.',
  })
  role?: Role | null;

  @Field(() => String, { nullable: true, description: 'Name of the person; null = none.' })
  @IsOptional()
  @MaxLength(200)
  name?: string | null;
}

@InputType({ description: 'Whom to remove.' })
export class MemberRemoveInput {
  @Field(() => ID, { description: 'Id of the member.' })
  id!: string;
}

@InputType({ description: 'Which account to leave.' })
export class MemberLeaveInput {
  @Field(() => ID, { description: 'Id of the customer, so that nobody leaves by a slip.' })
  customerId!: string;
}

@InputType({ description: 'Which invitation to take back.' })
export class MemberInvitationWithdrawInput {
  @Field(() => ID, { description: 'Id of the member who has not come.' })
  id!: string;
}
