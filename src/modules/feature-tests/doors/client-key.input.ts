/** How client keys are made and revoked. */
import { Length } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Environment } from '../../deployments';
import { FlagClientKey } from './client-key.entity';

@InputType({ description: 'The client key to make.' })
export class FlagClientKeyCreateInput {
  @Field(() => String, { description: 'What you call it, 1–100 letters.' })
  @Length(1, 100)
  name!: string;

  @Field(() => Environment, {
    defaultValue: Environment.PRODUCTION,
    description: 'The environment whose flags it opens.',
  })
  environment!: Environment;
}

@InputType({ description: 'The client key to revoke.' })
export class FlagClientKeyRevokeInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ description: 'The new client key.' })
export class FlagClientKeyCreatePayload extends MutationPayload {
  @Field(() => FlagClientKey, {
    nullable: true,
    description: 'What is known of it; null when there are errors.',
  })
  flagClientKey?: FlagClientKey | null;

  @Field(() => String, {
    nullable: true,
    description: 'The `clientKey` of a GrowthBook client, shown this once; null when there are errors.',
  })
  clientKey?: string | null;
}

@ObjectType({ description: 'The revoked client key.' })
export class FlagClientKeyPayload extends MutationPayload {
  @Field(() => FlagClientKey, { nullable: true, description: 'The key; null when there are errors.' })
  flagClientKey?: FlagClientKey | null;
}
