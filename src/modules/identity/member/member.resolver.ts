/** What a customer does with its members. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { notFound, unauthenticated } from '../../../kernel/errors';
import type { Database } from '../../../platform/database';
import { MutationPayload, Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can, Public } from '../access';
import { actingCustomer } from '../identity.service';
import { ownRow } from '../own-row';
import type { InvitationService } from './invitation.service';
import { Member, MemberStatus, memberStatusOf } from './member.entity';
import {
  MemberChangeInput,
  MemberInvitationWithdrawInput,
  MemberInviteInput,
  MemberLeaveInput,
  MemberRemoveInput,
} from './member.input';
import type { MemberService } from './member.service';

@ObjectType({ description: 'The invited member.' })
class MemberInvitePayload extends MutationPayload {
  @Field(() => Member, {
    nullable: true,
    description: 'The member, without a password yet; null when there are errors.',
  })
  member?: Member | null;
}

@ObjectType({ description: 'The member as it is now.' })
class MemberPayload extends MutationPayload {
  @Field(() => Member, { nullable: true, description: 'The member; null when there are errors.' })
  member?: Member | null;
}

@ObjectType({ description: 'Whether the invitation was taken back.' })
class MemberInvitationWithdrawPayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when it was; null when there are errors.' })
  withdrawn?: boolean | null;
}

@ObjectType({ description: 'Whether the caller left.' })
class MemberLeavePayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when so; null when there are errors.' })
  left?: boolean | null;
}

@Resolver(() => Member)
export class MemberResolver {
  constructor(
    private readonly invitations: InvitationService,
    private readonly members: MemberService,
    private readonly database: Database,
  ) {}

  @FieldResolver(() => MemberStatus, { description: 'Whether this member can sign in.' })
  @Needs('passwordHash', 'removedAt')
  status(@Root() member: Member): MemberStatus {
    return memberStatusOf(member);
  }

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
    return this.payload(customerId, id, info);
  }

  @Mutation(() => MemberInvitationWithdrawPayload, {
    nullable: true,
    description:
      'Takes back an invitation that was not accepted: its letter opens nothing any more. Needs member:invite. Event: member.invitation-withdrawn. Costs nothing.',
  })
  @Can('member:invite')
  async memberInvitationWithdraw(
    @Arg('input', () => MemberInvitationWithdrawInput, { description: 'Which one.' })
    { id }: MemberInvitationWithdrawInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<MemberInvitationWithdrawPayload> {
    await this.invitations.withdrawOne(actingCustomer(principal), id);
    return { withdrawn: true, errors: [] };
  }

  @Mutation(() => MemberPayload, {
    nullable: true,
    description:
      'Gives a member of the caller’s account another role or name. Only an owner makes and unmakes owners, and one stays always. Another role ends the sessions of the member (event: session.ended). Needs member:manage. Event: member.changed. Costs nothing.',
  })
  @Can('member:manage')
  async memberChange(
    @Arg('id', () => ID, { description: 'Which member.' }) id: string,
    @Arg('input', () => MemberChangeInput, { description: 'What is to be another.' })
    input: MemberChangeInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberPayload> {
    const customerId = actingCustomer(principal);
    await this.members.change(principal, customerId, id, input);
    return this.payload(customerId, id, info);
  }

  @Mutation(() => MemberPayload, {
    nullable: true,
    description:
      'Removes a member from the caller’s account: out at the next request, address and name forgotten, the address free for another account. Keys stay, because they are the customer’s. Needs member:manage. Events: member.removed, session.ended. Costs nothing.',
  })
  @Can('member:manage')
  async memberRemove(
    @Arg('input', () => MemberRemoveInput, { description: 'Whom.' }) { id }: MemberRemoveInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberPayload> {
    const customerId = actingCustomer(principal);
    await this.members.remove(principal, customerId, id);
    return this.payload(customerId, id, info);
  }

  @Mutation(() => MemberLeavePayload, {
    nullable: true,
    description:
      'The caller leaves the account; the only owner cannot. Needs a session of a member. Events: member.left, session.ended. Costs nothing.',
  })
  @Public()
  async memberLeave(
    @Arg('input', () => MemberLeaveInput, { description: 'Which account.' }) { customerId }: MemberLeaveInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<MemberLeavePayload> {
    if (principal.kind !== 'MEMBER') throw unauthenticated('Sign in as a member first.');
    if (customerId !== principal.customerId) throw notFound(['input', 'customerId']);
    await this.members.remove(principal, customerId, principal.memberId);
    return { left: true, errors: [] };
  }

  private async payload(customerId: string, id: string, info: GraphQLResolveInfo): Promise<MemberPayload> {
    return {
      member: await ownRow(this.database, Member, customerId, id, selectionOf(info, 'member')),
      errors: [],
    };
  }
}
