/** Inputs of what is done with members. */
import { IsEmail, IsOptional, MaxLength } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import type { MemberRole as Role } from '../../../kernel/principal';
import { EmailAddress } from '../../../platform/graphql';
import { MemberRole } from './member.entity';

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
