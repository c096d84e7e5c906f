/** What a customer does with its own account: invite members, make and revoke keys, mint tokens for end users. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type Database, tenant } from '../../platform/database';
import { DateTime, MutationPayload, type RequestContext, selectionOf } from '../../platform/graphql';
import { Can } from './access';
import type { AccessTokenService } from './access-token.service';
import {
  ApiKeyCreateInput,
  ApiKeyRevokeInput,
  EndUserTokenCreateInput,
  MemberInviteInput,
} from './account.input';
import { ApiKey } from './api-key.entity';
import type { ApiKeyService } from './api-key.service';
import { EndUser } from './end-user.entity';
import { actingCustomer, type IdentityService } from './identity.service';
import type { InvitationService } from './invitation.service';
import { Member } from './member.entity';

@ObjectType({ description: 'The invited member.' })
class MemberInvitePayload extends MutationPayload {
  @Field(() => Member, {
    nullable: true,
    description: 'The member, without a password yet; null when there are errors.',
  })
  member?: Member | null;
}

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

@ObjectType({ description: 'A token for one end user.' })
class EndUserTokenPayload extends MutationPayload {
  @Field(() => String, {
    nullable: true,
    description: 'The token: safe in that person’s browser; null when there are errors.',
  })
  token?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends.' })
  expiresAt?: Date | null;

  @Field(() => EndUser, { nullable: true, description: 'The person.' })
  endUser?: EndUser | null;
}

@Resolver()
export class AccountResolver {
  constructor(
    private readonly identity: IdentityService,
    private readonly invitations: InvitationService,
    private readonly apiKeys: ApiKeyService,
    private readonly tokens: AccessTokenService,
    private readonly database: Database,
  ) {}

  @Mutation(() => MemberInvitePayload, {
    nullable: true,
    description:
      'Invites a person into the account of the caller by mail; again for who has not come yet. Needs member:invite. Event: member.invited. Costs nothing.',
  })
  @Can('member:invite')
  async memberInvite(
    @Arg('input', () => MemberInviteInput, { description: 'Whom.' }) input: MemberInviteInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberInvitePayload> {
    const customerId = actingCustomer(principal);
    const { email, role, name = null } = input;
    const id = await this.invitations.invite(customerId, { email, role, name });
    return { member: await this.own(Member, customerId, id, selectionOf(info, 'member')), errors: [] };
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
      apiKey: await this.own(ApiKey, customerId, id, selectionOf(info, 'apiKey')),
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
    return { apiKey: await this.own(ApiKey, customerId, input.id, selectionOf(info, 'apiKey')), errors: [] };
  }

  @Mutation(() => EndUserTokenPayload, {
    nullable: true,
    description:
      'Mints a short token for one end user, safe in a browser: it may predict, ask for flags, track events, give feedback, and see and change that person’s consent, nothing else. Needs end-user:token. Event: end-user.created for a new person. Costs nothing.',
  })
  @Can('end-user:token')
  async endUserTokenCreate(
    @Arg('input', () => EndUserTokenCreateInput, { description: 'For whom.' }) input: EndUserTokenCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<EndUserTokenPayload> {
    const customerId = actingCustomer(principal);
    const endUser = await this.identity.endUser(customerId, input.externalId);
    const issued = this.tokens.issue(
      { kind: 'END_USER', endUserId: endUser.id, customerId },
      input.ttlSeconds,
    );
    return { token: issued.token, expiresAt: issued.expiresAt, endUser, errors: [] };
  }

  /** Reads back, within the open transaction if there is one, what a mutation changed. */
  private own<T>(
    entity: new () => T,
    customerId: string,
    id: string,
    selection: ReturnType<typeof selectionOf>,
  ): Promise<T | null> {
    return this.database.read.one(entity, {
      scope: tenant(customerId),
      where: { customerId, id },
      selection,
    });
  }
}
