/** What a customer does with its API keys. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { MutationPayload, Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../access';
import type { IdentityLoaders } from '../identity.loader';
import { actingCustomer } from '../identity.service';
import { ownRow } from '../own-row';
import { ApiKey } from './api-key.entity';
import { ApiKeyCreateInput, ApiKeyRevokeInput, ApiKeyRotateInput, ApiKeyUpdateInput } from './api-key.input';
import type { ApiKeyService } from './api-key.service';

@ObjectType({ description: 'The new key with its secret.' })
class ApiKeyCreatePayload extends MutationPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are errors.' })
  apiKey?: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret. It is shown this once: keep it safe. Null when there are errors.',
  })
  secret?: string | null;
}

@ObjectType({ description: 'The revoked key.' })
class ApiKeyRevokePayload extends MutationPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are errors.' })
  apiKey?: ApiKey | null;
}

@ObjectType({ description: 'The key in the place of the old one, with its secret.' })
class ApiKeyRotatePayload extends ApiKeyCreatePayload {
  @Field(() => ApiKey, {
    nullable: true,
    description: 'The old key, which ends when the overlap does; null when there are errors.',
  })
  replaced?: ApiKey | null;
}

@ObjectType({ description: 'The key as it is now.' })
class ApiKeyUpdatePayload extends MutationPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are errors.' })
  apiKey?: ApiKey | null;
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly database: Database,
    private readonly loaders: Pick<IdentityLoaders, 'apiKeyById'>,
  ) {}

  @FieldResolver(() => ApiKey, {
    nullable: true,
    description: 'The key that took its place when it was rotated; null when it was not.',
  })
  @Needs('replacedById')
  replacedBy(
    @Root() { replacedById }: ApiKey,
    @Ctx() context: RequestContext,
  ): Promise<ApiKey | null> | null {
    return replacedById ? this.loaders.apiKeyById(context).load(replacedById) : null;
  }

  @Mutation(() => ApiKeyCreatePayload, {
    nullable: true,
    description:
      'Makes an API key; its secret is shown once. Needs api-key:manage. Event: api-key.created. Costs nothing.',
  })
  @Can('api-key:manage')
  async apiKeyCreate(
    @Arg('input', () => ApiKeyCreateInput, { description: 'The key.' }) input: ApiKeyCreateInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKeyCreatePayload> {
    const customerId = actingCustomer(principal);
    const { id, secret } = await this.apiKeys.create(principal, customerId, input);
    return {
      apiKey: await ownRow(this.database, ApiKey, customerId, id, selectionOf(info, 'apiKey')),
      secret,
      errors: [],
    };
  }

  @Mutation(() => ApiKeyUpdatePayload, {
    nullable: true,
    description:
      'Renames an API key, or sets how often it may call; felt at once, everywhere. Needs api-key:manage. Event: api-key.updated. Costs nothing.',
  })
  @Can('api-key:manage')
  async apiKeyUpdate(
    @Arg('id', () => ID, { description: 'Which key.' }) id: string,
    @Arg('input', () => ApiKeyUpdateInput, { description: 'What is to be another.' })
    input: ApiKeyUpdateInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKeyUpdatePayload> {
    const customerId = actingCustomer(principal);
    await this.apiKeys.update(customerId, id, input);
    return {
      apiKey: await ownRow(this.database, ApiKey, customerId, id, selectionOf(info, 'apiKey')),
      errors: [],
    };
  }

  @Mutation(() => ApiKeyRotatePayload, {
    nullable: true,
    description:
      'Makes a key with the same name, mode, scopes and limit in the place of another one, which works on for the overlap. One that ends some time after it was made is followed by one that lasts as long. The secret is shown once. Needs api-key:manage. Events: api-key.created, api-key.rotated. Costs nothing.',
  })
  @Can('api-key:manage')
  async apiKeyRotate(
    @Arg('input', () => ApiKeyRotateInput, { description: 'Which key, and for how long both work.' })
    input: ApiKeyRotateInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKeyRotatePayload> {
    const customerId = actingCustomer(principal);
    const { id, secret } = await this.apiKeys.rotate(principal, customerId, input.id, input.overlapHours);
    const read = (which: string, field: string): Promise<ApiKey | null> =>
      ownRow(this.database, ApiKey, customerId, which, selectionOf(info, field));
    return {
      apiKey: await read(id, 'apiKey'),
      secret,
      replaced: await read(input.id, 'replaced'),
      errors: [],
    };
  }

  @Mutation(() => ApiKeyRevokePayload, {
    nullable: true,
    description:
      'Revokes an API key at once, everywhere. Needs api-key:manage. Event: api-key.revoked. Costs nothing.',
  })
  @Can('api-key:manage')
  async apiKeyRevoke(
    @Arg('input', () => ApiKeyRevokeInput, { description: 'Which key.' }) input: ApiKeyRevokeInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKeyRevokePayload> {
    const customerId = actingCustomer(principal);
    await this.apiKeys.revoke(customerId, input.id);
    return {
      apiKey: await ownRow(this.database, ApiKey, customerId, input.id, selectionOf(info, 'apiKey')),
      errors: [],
    };
  }
}
