/** A second factor beside the password: set up, shown, replaced, taken away. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import { Cost, MutationPayload, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can, Public } from '../access';
import { Customer } from '../customer/customer.entity';
import { actingCustomer } from '../identity.service';
import { Member } from '../member/member.entity';
import { loginIdOf } from '../recovery/own-login.service';
import { PASSWORD_COST, SessionPayload, tokensOf } from '../session/session.resolver';
import { Staff } from '../staff/staff.entity';
import { Viewer, viewerOf } from '../viewer.type';
import {
  SecondFactorBeginInput,
  SecondFactorConfirmInput,
  SecondFactorInput,
  SecondFactorPolicySetInput,
  SecondFactorResetInput,
} from './second-factor.input';
import { pictureOf } from './second-factor-picture';
import type { SecondFactorService } from './second-factor.service';

@ObjectType({ description: 'What an authenticator app is given. It is shown this once.' })
class SecondFactorBeginPayload extends MutationPayload {
  @Field(() => String, {
    nullable: true,
    description: 'The secret in Base32, for who types it; null when there are errors.',
  })
  secret?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same as a link that apps open, `otpauth://totp/…`; null when there are errors.',
  })
  uri?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The link as a QR code, an SVG picture in a data URL for the `src` of an image; null when there are errors.',
  })
  picture?: string | null;
}

@ObjectType({ description: 'The one session that goes on, and the recovery codes.' })
class SecondFactorConfirmPayload extends SessionPayload {
  @Field(() => [String], {
    nullable: true,
    description:
      'Ten codes for whoever loses the phone, each good once. They are shown this once: keep them where the phone is not. Null when there are errors.',
  })
  recoveryCodes?: string[] | null;
}

@ObjectType({ description: 'New recovery codes.' })
class RecoveryCodesPayload extends MutationPayload {
  @Field(() => [String], {
    nullable: true,
    description: 'Ten codes, each good once, shown this once; null when there are errors.',
  })
  recoveryCodes?: string[] | null;

  @Field(() => Viewer, {
    nullable: true,
    description: 'The caller as it is now: a cache needs no second question. Null when there are errors.',
  })
  viewer?: Viewer | null;
}

@ObjectType({ description: 'That it is gone.' })
class SecondFactorRemovePayload extends MutationPayload {
  @Field(() => Boolean, { nullable: true, description: 'True when it is; null when there are errors.' })
  removed?: boolean | null;

  @Field(() => Viewer, {
    nullable: true,
    description: 'The caller as it is now: a cache needs no second question. Null when there are errors.',
  })
  viewer?: Viewer | null;
}

@ObjectType({ description: 'The member as it is now.' })
class MemberSecondFactorPayload extends MutationPayload {
  @Field(() => Member, { nullable: true, description: 'The member; null when there are errors.' })
  member?: Member | null;
}

@ObjectType({ description: 'The login of the staff as it is now.' })
class StaffSecondFactorPayload extends MutationPayload {
  @Field(() => Staff, { nullable: true, description: 'The login; null when there are errors.' })
  staff?: Staff | null;
}

@ObjectType({ description: 'The customer as it is now.' })
class SecondFactorPolicyPayload extends MutationPayload {
  @Field(() => Customer, { nullable: true, description: 'The customer; null when there are errors.' })
  customer?: Customer | null;
}

@Resolver()
export class SecondFactorResolver {
  constructor(
    private readonly factors: SecondFactorService,
    private readonly database: Database,
  ) {}

  @Mutation(() => SecondFactorBeginPayload, {
    nullable: true,
    description:
      'Offers the caller a secret for an authenticator app (RFC 6238), also in the place of a present one. It is asked for once `secondFactorConfirm` had a code of it. Needs a session of a member or of staff, and the password; slowed down after failures. No event. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async secondFactorBegin(
    @Arg('input', () => SecondFactorBeginInput, { description: 'Who asks.' })
    { password, code }: SecondFactorBeginInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SecondFactorBeginPayload> {
    const offered = await this.factors.begin(loginIdOf(principal), password, code);
    return { ...offered, picture: pictureOf(offered.uri), errors: [] };
  }

  @Mutation(() => SecondFactorConfirmPayload, {
    nullable: true,
    description:
      'From now on the secret of `secondFactorBegin` is asked for at each sign-in and each new password by mail. Every other session of the login ends, recovery codes of before open nothing any more, and its owner is told by mail. Needs a session of a member or of staff; slowed down after failures. Events: member.second-factor-set or staff.second-factor-set, session.ended, session.started. Costs nothing.',
  })
  @Public()
  async secondFactorConfirm(
    @Arg('input', () => SecondFactorConfirmInput, { description: 'A code of the new app.' })
    { code }: SecondFactorConfirmInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SecondFactorConfirmPayload> {
    const { recoveryCodes, ...started } = await this.factors.confirm(loginIdOf(principal), code);
    return { session: tokensOf(started), recoveryCodes, errors: [] };
  }

  @Mutation(() => SecondFactorRemovePayload, {
    nullable: true,
    description:
      'Takes the caller’s own second factor away: the password alone opens the login. Not where everybody needs one. Its owner is told by mail. Needs a session of a member or of staff, password and code; slowed down after failures. Events: member.second-factor-removed or staff.second-factor-removed. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async secondFactorRemove(
    @Arg('input', () => SecondFactorInput, { description: 'Who asks.' })
    { password, code }: SecondFactorInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<SecondFactorRemovePayload> {
    await this.factors.remove(loginIdOf(principal), password, code);
    return { removed: true, viewer: viewerOf(principal), errors: [] };
  }

  @Mutation(() => RecoveryCodesPayload, {
    nullable: true,
    description:
      'Makes new recovery codes for the caller; those of before open nothing any more. Needs a session of a member or of staff, password and code; slowed down after failures. Events: member.recovery-codes-renewed or staff.recovery-codes-renewed. Costs nothing.',
  })
  @Public()
  @Cost(() => PASSWORD_COST)
  async recoveryCodesRenew(
    @Arg('input', () => SecondFactorInput, { description: 'Who asks.' })
    { password, code }: SecondFactorInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<RecoveryCodesPayload> {
    const recoveryCodes = await this.factors.renewRecoveryCodes(loginIdOf(principal), password, code);
    return { recoveryCodes, viewer: viewerOf(principal), errors: [] };
  }

  @Mutation(() => MemberSecondFactorPayload, {
    nullable: true,
    description:
      'Takes away the second factor of a member who has lost phone and recovery codes; every session of theirs ends, and they are told by mail. Admins leave owners alone; the operator’s admins do it for an owner whom nobody else can help. Needs member:recover. Events: member.second-factor-removed, session.ended. Costs nothing.',
  })
  @Can('member:recover')
  async memberSecondFactorReset(
    @Arg('input', () => SecondFactorResetInput, { description: 'Whose, and why.' })
    { id, reason }: SecondFactorResetInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberSecondFactorPayload> {
    await this.factors.reset(principal, 'MEMBER', id, reason);
    const selection = selectionOf(info, 'member');
    return { member: await this.database.read.one(Member, { scope, where: { id }, selection }), errors: [] };
  }

  @Mutation(() => StaffSecondFactorPayload, {
    nullable: true,
    description:
      'Takes away the second factor of somebody of the staff who has lost phone and recovery codes; every session of theirs ends, and they are told by mail. Needs staff:manage. Events: staff.second-factor-removed, session.ended. Costs nothing.',
  })
  @Can('staff:manage')
  async staffSecondFactorReset(
    @Arg('input', () => SecondFactorResetInput, { description: 'Whose, and why.' })
    { id, reason }: SecondFactorResetInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StaffSecondFactorPayload> {
    await this.factors.reset(principal, 'STAFF', id, reason);
    const selection = selectionOf(info, 'staff');
    const staff = await this.database.read.one(Staff, { scope: SERVICE, where: { id }, selection });
    return { staff, errors: [] };
  }

  @Mutation(() => SecondFactorPolicyPayload, {
    nullable: true,
    description:
      'Says whether every member of the caller’s account needs a second factor. Once it is so, whoever has none is signed out, and sets one up before anything else. Keys are not concerned. Needs customer:update, and a second factor of one’s own. Events: customer.updated, session.ended. Costs nothing.',
  })
  @Can('customer:update')
  async secondFactorPolicySet(
    @Arg('input', () => SecondFactorPolicySetInput, { description: 'Whether it is so.' })
    { isRequired }: SecondFactorPolicySetInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SecondFactorPolicyPayload> {
    const id = actingCustomer(principal);
    await this.factors.setPolicy(principal, id, isRequired);
    const selection = selectionOf(info, 'customer');
    const customer = await this.database.read.one(Customer, { scope: tenant(id), where: { id }, selection });
    return { customer, errors: [] };
  }
}
