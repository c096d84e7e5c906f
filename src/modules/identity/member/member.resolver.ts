/** What a customer does with its members. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { MutationPayload, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../access';
import { actingCustomer } from '../identity.service';
import { ownRow } from '../own-row';
import type { InvitationService } from './invitation.service';
import { Member } from './member.entity';
import { MemberInviteInput } from './member.input';

@ObjectType({ description: 'The invited member.' })
class MemberInvitePayload extends MutationPayload {
  @Field(() => Member, {
    nullable: true,
    description: 'The member, without a password yet; null when there are errors.',
  })
  member?: Member | null;
}

@Resolver()
export class MemberResolver {
  constructor(
    private readonly invitations: InvitationService,
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
    return {
      member: await ownRow(this.database, Member, customerId, id, selectionOf(info, 'member')),
      errors: [],
    };
  }
}
