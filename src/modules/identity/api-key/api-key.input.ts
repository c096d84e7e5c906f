/** Inputs of what is done with API keys. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { KeyMode as Mode } from '../../../kernel/principal';
import { DateTime } from '../../../platform/graphql';
import { KeyMode } from './api-key.entity';

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
