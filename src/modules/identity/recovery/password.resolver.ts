/** New passwords, for who knows the present one and for who has forgotten it. */
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Cost, MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Public } from '../access';
import { PasswordChangeInput } from '../session/session.input';
import { PASSWORD_COST, SessionPayload, tokensOf } from '../session/session.resolver';
import { loginIdOf } from './own-login.service';
import type { PasswordService } from './password.service';
import { PasswordResetInput, PasswordResetRequestInput } from './recovery.input';

@ObjectType({ description: 'That the request was heard.' })
class PasswordResetRequestPayload extends MutationPayload {
  @Field(() => Boolean, {
    nullable: true,
    description: 'True, whether somebody has this address or not; null when there are errors.',
  })
  accepted?: boolean | null;
}

@Resolver()
export class PasswordResolver {
  constructor(private readonly passwords: PasswordService) {}

  @Mutation(() => SessionPayload, {
    nullable: true,
    description:
      'A member or staff changes its password (staff also the one-time password of the first start); every other session of the login ends, and its owner is told by mail. Needs a session; slowed down after failures. Events: member.password-changed or staff.password-changed, session.ended, session.started. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async passwordChange(
    @Arg('input', () => PasswordChangeInput, { description: 'Both passwords.' }) input: PasswordChangeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SessionPayload> {
    const started = await this.passwords.change(loginIdOf(principal), input.current, input.next);
    return { session: tokensOf(started), errors: [] };
  }

  @Mutation(() => PasswordResetRequestPayload, {
    nullable: true,
    description:
      'Sends a link to choose a new password to the owner of an address, if it is that of a member or of staff; an invited member who has not come gets the invitation again. Open to everyone, and the same for every address; slowed down after some. Events: member.password-reset-asked or staff.password-reset-asked. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async passwordResetRequest(
    @Arg('input', () => PasswordResetRequestInput, { description: 'Whose.' })
    input: PasswordResetRequestInput,
    @Ctx() { remoteAddress }: RequestContext,
  ): Promise<PasswordResetRequestPayload> {
    await this.passwords.requestReset(input.email, remoteAddress);
    return { accepted: true, errors: [] };
  }

  @Mutation(() => SessionPayload, {
    nullable: true,
    description:
      'Whoever has the link from the mail chooses a new password and is signed in; every earlier session of the login ends, and its owner is told by mail. Open to whoever has the link. Events: member.password-changed or staff.password-changed, member.email-verified, session.ended, session.started. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async passwordReset(
    @Arg('input', () => PasswordResetInput, { description: 'Link and password.' }) input: PasswordResetInput,
  ): Promise<SessionPayload> {
    const { token, password, code } = input;
    return { session: tokensOf(await this.passwords.reset(token, password, code)), errors: [] };
  }
}
