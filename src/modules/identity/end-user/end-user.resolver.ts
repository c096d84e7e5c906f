/** How a customer's server speaks for one of its own users. */
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { DateTime, MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Can } from '../access';
import { actingCustomer, type IdentityService } from '../identity.service';
import type { AccessTokenService } from '../session/access-token.service';
import { EndUser } from './end-user.entity';
import { EndUserTokenCreateInput } from './end-user.input';

@ObjectType({ description: 'A token for one end user.' })
class EndUserTokenPayload extends MutationPayload {
  @Field(() => String, {
    nullable: true,
    description: 'The token: safe in that person’s browser; null when there are errors.',
  })
  token?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends; null when there are errors.' })
  expiresAt?: Date | null;

  @Field(() => EndUser, { nullable: true, description: 'The person; null when there are errors.' })
  endUser?: EndUser | null;
}

@Resolver()
export class EndUserTokenResolver {
  constructor(
    private readonly identity: IdentityService,
    private readonly tokens: AccessTokenService,
  ) {}

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
}
