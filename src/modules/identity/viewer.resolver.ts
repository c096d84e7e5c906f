/** Who the caller is, in the objects that it leads to. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../kernel/clock';
import { type Database, SERVICE } from '../../platform/database';
import {
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../platform/graphql';
import { Public } from './access';
import { ApiKey } from './api-key/api-key.entity';
import { Customer } from './customer/customer.entity';
import { EndUser } from './end-user/end-user.entity';
import type { IdentityLoaders } from './identity.loader';
import { Member } from './member/member.entity';
import { may } from './permissions';
import type { SecondFactorService } from './second-factor/second-factor.service';
import { SecondFactor } from './second-factor/second-factor.type';
import { whereOwnSessions } from './session/own-session.resolver';
import { Session, SessionConnection } from './session/session.entity';
import { Staff } from './staff/staff.entity';
import { Viewer, viewerOf } from './viewer.type';

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly loaders: IdentityLoaders,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly factors: Pick<SecondFactorService, 'own'>,
  ) {}

  @Query(() => Viewer, { description: 'Who am I, and what may I do? Works for every kind of caller.' })
  @Public()
  viewer(@Ctx() { principal }: RequestContext): Viewer {
    return viewerOf(principal);
  }

  @FieldResolver(() => SecondFactor, {
    nullable: true,
    description: 'What the caller has beside the password; null for who is neither member nor staff.',
  })
  async secondFactor(@Root() { principal }: Viewer): Promise<SecondFactor | null> {
    return (await this.factors.own(principal)) ?? null;
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer of the caller; null for staff and strangers, and without customer:read.',
  })
  customer(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Customer | null> | null {
    return 'customerId' in principal && may(principal, 'customer:read')
      ? this.loaders.customerById(context).load(principal.customerId)
      : null;
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The login of the caller, when it is a member; else null.',
  })
  member(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Member | null> | null {
    return principal.kind === 'MEMBER' ? this.loaders.memberById(context).load(principal.memberId) : null;
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'The login of the caller, when it is staff; else null.',
  })
  staff(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<Staff | null> | null {
    return principal.kind === 'STAFF' ? this.loaders.staffById(context).load(principal.staffId) : null;
  }

  @FieldResolver(() => SessionConnection, {
    nullable: true,
    description:
      'The sign-ins of the caller that stand, newest token first, to nobody but the caller; null for who is neither member nor staff. `sessionRevoke` ends one.',
  })
  async sessions(
    @Root() { principal }: Viewer,
    @Args(() => PageArgs) page: PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SessionConnection | null> {
    const where = whereOwnSessions(principal, this.clock);
    if (!where) return null;
    const options = { scope: SERVICE, where, selection: selectionOf(info), ...page };
    return toConnection(await this.database.read.page(Session, { ...options, count: wantsTotalCount(info) }));
  }

  @FieldResolver(() => EndUser, {
    nullable: true,
    description: 'The person, when the caller holds an end user’s token; else null.',
  })
  endUser(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<EndUser | null> | null {
    return principal.kind === 'END_USER' ? this.loaders.endUserById(context).load(principal.endUserId) : null;
  }

  @FieldResolver(() => ApiKey, {
    nullable: true,
    description: 'The key, when the caller is a customer’s server; else null.',
  })
  apiKey(@Root() { principal }: Viewer, @Ctx() context: RequestContext): Promise<ApiKey | null> | null {
    return principal.kind === 'API_KEY' ? this.loaders.apiKeyById(context).load(principal.apiKeyId) : null;
  }
}
