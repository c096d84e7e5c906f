/** Inputs of members, API keys and end users' tokens. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsEmail,
  IsOptional,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { KeyMode as Mode, MemberRole as Role } from '../../kernel/principal';
import { DateTime, EmailAddress } from '../../platform/graphql';
import { MAX_END_USER_TOKEN_SECONDS } from './access-token.service';
import { KeyMode } from './api-key.entity';
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

@InputType({ description: 'The key to make.' })
export class ApiKeyCreateInput {
  @Field(() => String, { description: 'What you call it, 1–100 letters.' })
  @Length(1, 100)
  name!: string;

  @Field(() => KeyMode, { defaultValue: KeyMode.LIVE, description: 'What it is for.' })
  mode!: Mode;

  @Field(() => [String], {
    defaultValue: ['*'],
    description: 'Permissions to limit it to, of yours; `*` = all of those that a key may have.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  scopes!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it stops working; absent = never.' })
  expiresAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'The key to revoke.' })
export class ApiKeyRevokeInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@InputType({ description: 'For whom the token is.' })
export class EndUserTokenCreateInput {
  @Field(() => String, {
    description: 'Your id of the person, 1–200 letters; a new one is made known by this call.',
  })
  @Length(1, 200)
  externalId!: string;

  @Field(() => Int, { defaultValue: 900, description: 'Seconds it lives, 60–3600.' })
  @Min(60)
  @Max(MAX_END_USER_TOKEN_SECONDS)
  ttlSeconds!: number;
}
