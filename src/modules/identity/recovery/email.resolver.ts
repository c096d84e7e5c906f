/** Members prove their address, and change it. */
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { Cost, MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Public } from '../access';
import { PASSWORD_COST } from '../session/session.resolver';
import type { EmailService } from './email.service';
import { EmailChangeInput, EmailVerificationSendInput, EmailVerifyInput } from './recovery.input';

@ObjectType({ description: 'Whether the address is proven.' })
class EmailVerifyPayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when it is; null when there are errors.' })
  verified?: boolean | null;
}

@ObjectType({ description: 'Whether a link is on its way.' })
class EmailLinkPayload extends MutationPayload {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True when a link is on its way, false when nothing was left to prove; null when there are errors.',
  })
  sent?: boolean | null;
}

@Resolver()
export class EmailResolver {
  constructor(private readonly emails: EmailService) {}

  @Mutation(() => EmailVerifyPayload, {
    nullable: true,
    description:
      'Proves the address to which a link was sent; one that was to replace another does so now, and the old one is told by mail. Open to whoever has the link; may be called again. Events: member.email-verified or member.email-changed. Costs nothing.',
  })
  @Public()
  async emailVerify(
    @Arg('input', () => EmailVerifyInput, { description: 'The link.' }) input: EmailVerifyInput,
  ): Promise<EmailVerifyPayload> {
    await this.emails.verify(input.token);
    return { verified: true, errors: [] };
  }

  @Mutation(() => EmailLinkPayload, {
    nullable: true,
    description:
      'Sends the member who calls a new link to prove its address, or the one that is to replace it. Needs a session of a member; slowed down after some. Events: none. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async emailVerificationSend(
    @Arg('input', () => EmailVerificationSendInput, { description: 'For which address.' })
    input: EmailVerificationSendInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<EmailLinkPayload> {
    return { sent: await this.emails.sendAgain(memberIdOf(principal), input.keepPresent), errors: [] };
  }

  @Mutation(() => EmailLinkPayload, {
    nullable: true,
    description:
      'Asks for another address of the member who calls: it replaces the present one once the link that is sent there is followed (`emailVerify`); the present one is told by mail. Needs a session of a member and its password; slowed down after failures. Event: member.email-change-asked. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async emailChange(
    @Arg('input', () => EmailChangeInput, { description: 'The new address, and the password.' })
    input: EmailChangeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<EmailLinkPayload> {
    await this.emails.change(memberIdOf(principal), input.email, input.password);
    return { sent: true, errors: [] };
  }
}

function memberIdOf(principal: Principal): string {
  if (principal.kind !== 'MEMBER') throw unauthenticated('Sign in as a member first.');
  return principal.memberId;
}
