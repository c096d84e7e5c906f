/** Signing up, in and out. */
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { invalidInput, unauthenticated } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import { Cost, DateTime, MutationPayload, type RequestContext, selectionOf } from '../../../platform/graphql';
import { actAs, Public } from '../access';
import { Customer } from '../customer/customer.entity';
import type { IdentityService } from '../identity.service';
import type { InvitationService } from '../member/invitation.service';
import {
  MemberInvitationAcceptInput,
  SessionRefreshInput,
  SessionRevokeInput,
  SignInInput,
  SignUpInput,
} from './session.input';
import type { SessionService, StartedSession } from './session.service';

@ObjectType({ description: 'The tokens of a session.' })
class SessionTokens {
  @Field(() => String, { description: 'Send it as `Authorization: Bearer …`; lives 15 minutes.' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends.' })
  accessTokenExpiresAt!: Date;

  @Field(() => String, { description: 'Exchange it with `sessionRefresh` for the next one; lives 30 days.' })
  refreshToken!: string;
}

@ObjectType({ description: 'A session, or why there is none.' })
export class SessionPayload extends MutationPayload {
  @Field(() => SessionTokens, { nullable: true, description: 'The tokens; null when there are errors.' })
  session?: SessionTokens | null;
}

@ObjectType({ description: 'The new customer, its owner signed in.' })
class SignUpPayload extends SessionPayload {
  @Field(() => Customer, { nullable: true, description: 'The new customer; null when there are errors.' })
  customer?: Customer | null;
}

@ObjectType({ description: 'Whether the session ended.' })
class SessionRevokePayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when it ended; null when there are errors.' })
  revoked?: boolean | null;
}

/** Hashing a password is made to be slow: whoever asks for many hashes at a time runs into the limit of their address. */
export const PASSWORD_COST = 20;

@Resolver()
export class SessionResolver {
  constructor(
    private readonly identity: IdentityService,
    private readonly invitations: InvitationService,
    private readonly sessions: SessionService,
    private readonly database: Database,
  ) {}

  @Mutation(() => SignUpPayload, {
    nullable: true,
    description:
      'Creates a customer with its owner on the FREE plan. Open to everyone. Events: customer.created, member.created, session.started. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async signUp(
    @Arg('input', () => SignUpInput, { description: 'The new account.' }) input: SignUpInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SignUpPayload> {
    const started = await this.identity.signUp(input);
    actAs(context, started.principal);
    const customer = await this.database.read.one(Customer, {
      scope: context.scope,
      where: { id: started.customerId },
      selection: selectionOf(info, 'customer'),
    });
    return { session: tokensOf(started), customer, errors: [] };
  }

  @Mutation(() => SessionPayload, {
    nullable: true,
    description:
      'Signs a member or staff in. Where the login has a second factor, the answer to the password alone is SECOND_FACTOR_REQUIRED: send both again with `code`. Open to everyone; slowed down after failures. Events: session.started; member.recovery-code-used or staff.recovery-code-used where that was the code. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async signIn(
    @Arg('input', () => SignInInput, { description: 'The credentials.' }) input: SignInInput,
    @Ctx() context: RequestContext,
  ): Promise<SessionPayload> {
    const started = await this.sessions.signIn(input, context.remoteAddress);
    return { session: tokensOf(started), errors: [] };
  }

  @Mutation(() => SessionPayload, {
    nullable: true,
    description:
      'Exchanges a refresh token for new tokens. Open to everyone. A token that comes again within 30 seconds, from a second tab or because the answer was lost, gets the same refresh token as at first, unless that one was used; after that it ends the whole sign-in (event: session.ended). Costs nothing.',
  })
  @Public()
  async sessionRefresh(
    @Arg('input', () => SessionRefreshInput, { description: 'The refresh token.' })
    input: SessionRefreshInput,
  ): Promise<SessionPayload> {
    return { session: tokensOf(await this.sessions.refresh(input.refreshToken)), errors: [] };
  }

  @Mutation(() => SessionRevokePayload, {
    nullable: true,
    description:
      'Ends the session of the caller, another one of theirs, all others, or all. Needs a session. Event: session.ended. Costs nothing.',
  })
  @Public()
  async sessionRevoke(
    @Arg('input', () => SessionRevokeInput, { description: 'Which session.' }) input: SessionRevokeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SessionRevokePayload> {
    if (!('sessionId' in principal))
      throw unauthenticated('Only members and staff have sessions: sign in first.');
    const { id, others, everywhere } = input;
    const subjectId = principal.kind === 'STAFF' ? principal.staffId : principal.memberId;
    if ([id != null, others, everywhere].filter(Boolean).length > 1)
      throw invalidInput(['input'], 'Say one of id, others and everywhere, or none of them.', 'oneOf');
    if (id != null) await this.sessions.revokeOne(subjectId, id);
    else if (others || everywhere) {
      const but = others ? principal.sessionId : null;
      await this.database.unitOfWork.run(SERVICE, () => this.sessions.revokeAll(subjectId, 'revoked', but));
    } else {
      await this.sessions.revoke(principal.sessionId);
    }
    return { revoked: true, errors: [] };
  }

  @Mutation(() => SessionPayload, {
    nullable: true,
    description:
      'An invited person, a member of a customer or of the staff, chooses a password and is signed in. Open to whoever has the invitation. Events: member.joined or staff.joined, session.started. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async memberInvitationAccept(
    @Arg('input', () => MemberInvitationAcceptInput, { description: 'Invitation and password.' })
    input: MemberInvitationAcceptInput,
  ): Promise<SessionPayload> {
    return {
      session: tokensOf(await this.invitations.accept(input.token, input.password)),
      errors: [],
    };
  }
}

export function tokensOf({ access, refreshToken }: StartedSession): SessionTokens {
  return { accessToken: access.token, accessTokenExpiresAt: access.expiresAt, refreshToken };
}
