/** Inputs of what is done with API keys. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { KeyMode as Mode } from '../../../kernel/principal';
import { DateTime } from '../../../platform/graphql';
import { KeyMode } from './api-key.entity';

const MAX_OVERLAP_HOURS = 168;
const MAX_PER_MINUTE = 1_000_000;
const PER_MINUTE = 'How often the key may call within a minute, 1–1,000,000';

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

  @Field(() => Int, { nullable: true, description: `${PER_MINUTE}; absent = as the plan allows.` })
  @IsOptional()
  @Min(1)
  @Max(MAX_PER_MINUTE)
  requestsPerMinute?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is to be another about a key; absent = unchanged.' })
export class ApiKeyUpdateInput {
  @Field(() => String, { nullable: true, description: 'What you call it, 1–100 letters.' })
  @IsOptional()
  @Length(1, 100)
  name?: string | null;

  @Field(() => Int, { nullable: true, description: `${PER_MINUTE}; null = as the plan allows.` })
  @IsOptional()
  @Min(1)
  @Max(MAX_PER_MINUTE)
  requestsPerMinute?: number | null;
}

@InputType({ description: 'The key to rotate.' })
export class ApiKeyRotateInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Int, {
    defaultValue: 24,
    description: `How many hours both keys work, 0–${MAX_OVERLAP_HOURS}: the time to put the new one in place. 0 = the old one ends at once.`,
  })
  @Min(0)
  @Max(MAX_OVERLAP_HOURS)
  overlapHours!: number;

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
