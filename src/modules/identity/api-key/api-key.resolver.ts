/** What a customer does with its API keys. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { MutationPayload, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../access';
import { actingCustomer } from '../identity.service';
import { ownRow } from '../own-row';
import { ApiKey } from './api-key.entity';
import { ApiKeyCreateInput, ApiKeyRevokeInput } from './api-key.input';
import type { ApiKeyService } from './api-key.service';

@ObjectType({ description: 'The new key with its secret.' })
class ApiKeyCreatePayload extends MutationPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are errors.' })
  apiKey?: ApiKey | null;

  @Field(() => String, { nullable: true, description: 'The secret. It is shown this once: keep it safe.' })
  secret?: string | null;
}

@ObjectType({ description: 'The revoked key.' })
class ApiKeyRevokePayload extends MutationPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are errors.' })
  apiKey?: ApiKey | null;
}

@Resolver()
export class ApiKeyResolver {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly database: Database,
  ) {}

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
