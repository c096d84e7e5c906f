/** The operator's staff: who it is, for all of them, and who comes and goes, for its admins. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../access';
import { Staff, StaffConnection, StaffStatus, staffStatusOf, whereStaffIs } from './staff.entity';
import {
  StaffChangeInput,
  StaffDeactivateInput,
  StaffFilter,
  StaffInvitationWithdrawInput,
  StaffInviteInput,
  StaffReactivateInput,
} from './staff.input';
import type { StaffService } from './staff.service';

@ObjectType({ description: 'Somebody of the staff, as they are now.' })
class StaffPayload extends MutationPayload {
  @Field(() => Staff, { nullable: true, description: 'The login; null when there are errors.' })
  staff?: Staff | null;
}

@ObjectType({ description: 'Whether the invitation was taken back.' })
class StaffInvitationWithdrawPayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when it was; null when there are errors.' })
  withdrawn?: boolean | null;
}

@Resolver(() => Staff)
export class StaffResolver {
  constructor(
    private readonly staff: StaffService,
    private readonly database: Database,
  ) {}

  @FieldResolver(() => StaffStatus, { description: 'Whether this person can sign in.' })
  @Needs('passwordHash', 'deactivatedAt')
  status(@Root() staff: Staff): StaffStatus {
    return staffStatusOf(staff);
  }

  @Query(() => StaffConnection, {
    nullable: true,
    description: 'The operator’s staff, newest first. Needs staff:read.',
  })
  @Can('staff:read')
  async staffMembers(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => StaffFilter, { nullable: true, description: 'Which of them.' })
    filter: StaffFilter | null | undefined,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffConnection> {
    const where = filter?.status ? whereStaffIs(filter.status) : undefined;
    const count = wantsTotalCount(info);
    const options = { scope: SERVICE, where, selection: selectionOf(info), ...page, count };
    return toConnection(await this.database.read.page(Staff, options));
  }

  @Mutation(() => StaffPayload, {
    nullable: true,
    description:
      'Invites a person into the staff by mail; again for who has not come yet. Needs staff:manage. Event: staff.invited. Costs nothing.',
  })
  @Can('staff:manage')
  async staffInvite(
    @Arg('input', () => StaffInviteInput, { description: 'Whom.' }) { email, role }: StaffInviteInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffPayload> {
    return this.payload(await this.staff.invite(email, role), info);
  }

  @Mutation(() => StaffInvitationWithdrawPayload, {
    nullable: true,
    description:
      'Takes back an invitation that was not accepted: its letter opens nothing any more. Needs staff:manage. Event: staff.invitation-withdrawn. Costs nothing.',
  })
  @Can('staff:manage')
  async staffInvitationWithdraw(
    @Arg('input', () => StaffInvitationWithdrawInput, { description: 'Whose.' })
    { id }: StaffInvitationWithdrawInput,
  ): Promise<StaffInvitationWithdrawPayload> {
    await this.staff.withdrawInvitation(id);
    return { withdrawn: true, errors: [] };
  }

  @Mutation(() => StaffPayload, {
    nullable: true,
    description:
      'Gives somebody of the staff another role, and ends their sessions (event: session.ended). One admin who can sign in stays always. Needs staff:manage. Event: staff.changed. Costs nothing.',
  })
  @Can('staff:manage')
  async staffChange(
    @Arg('id', () => ID, { description: 'Whose.' }) id: string,
    @Arg('input', () => StaffChangeInput, { description: 'What is to be another.' })
    { role }: StaffChangeInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffPayload> {
    await this.staff.change(id, role);
    return this.payload(id, info);
  }

  @Mutation(() => StaffPayload, {
    nullable: true,
    description:
      'Lets somebody of the staff in no more, from the next request on; what they did still names them, and nothing new is assigned to them. One admin stays always. Needs staff:manage. Events: staff.deactivated, session.ended. Costs nothing.',
  })
  @Can('staff:manage')
  async staffDeactivate(
    @Arg('input', () => StaffDeactivateInput, { description: 'Whom.' }) { id }: StaffDeactivateInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffPayload> {
    await this.staff.deactivate(id);
    return this.payload(id, info);
  }

  @Mutation(() => StaffPayload, {
    nullable: true,
    description:
      'Lets somebody in again who was deactivated, with the role of before: by a new password, to which a link is sent by mail. Needs staff:manage. Events: staff.reactivated, staff.password-reset-asked. Costs nothing.',
  })
  @Can('staff:manage')
  async staffReactivate(
    @Arg('input', () => StaffReactivateInput, { description: 'Whom.' }) { id }: StaffReactivateInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffPayload> {
    await this.staff.reactivate(id);
    return this.payload(id, info);
  }

  private async payload(id: string, info: GraphQLResolveInfo): Promise<StaffPayload> {
    const selection = selectionOf(info, 'staff');
    return {
      staff: await this.database.read.one(Staff, { scope: SERVICE, where: { id }, selection }),
      errors: [],
    };
  }
}
