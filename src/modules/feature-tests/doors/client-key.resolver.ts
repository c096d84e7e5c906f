/** Client keys as a customer's developers manage them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import { forbidden } from '../../../kernel/errors';
import { tenantOf } from '../../../kernel/principal';
import type { Database } from '../../../platform/database';
import {
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { FlagClientKey, FlagClientKeyConnection } from './client-key.entity';
import {
  FlagClientKeyCreateInput,
  FlagClientKeyCreatePayload,
  FlagClientKeyPayload,
  FlagClientKeyRevokeInput,
} from './client-key.input';
import type { ClientKeyService } from './client-key.service';

@Resolver()
export class ClientKeyResolver {
  constructor(
    private readonly database: Database,
    private readonly keys: ClientKeyService,
  ) {}

  @Query(() => FlagClientKeyConnection, {
    nullable: true,
    description:
      'Client keys of the account for GrowthBook clients, newest first, revoked ones included; staff see those of all. Needs customer:read.',
  })
  @Can('customer:read')
  async flagClientKeys(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagClientKeyConnection> {
    const { scope, principal } = context;
    const where = { customerId: tenantOf(principal) };
    const count = wantsTotalCount(info);
    const options = { scope, where, selection: selectionOf(info), ...page, count };
    return toConnection(await this.database.read.page(FlagClientKey, options));
  }

  @Mutation(() => FlagClientKeyCreatePayload, {
    nullable: true,
    description:
      'Makes a client key, with which servers evaluate flags by a GrowthBook client. It is shown this once, opens flags and tracked events and nothing else, and belongs into no browser: what it opens shows the rules. Needs api-key:manage. Event: flag-client-key.created. Costs nothing.',
  })
  @Can('api-key:manage')
  async flagClientKeyCreate(
    @Arg('input', () => FlagClientKeyCreateInput, { description: 'The key.' })
    input: FlagClientKeyCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagClientKeyCreatePayload> {
    const { id, clientKey } = await this.keys.create(customerOf(context), input);
    return { flagClientKey: await this.read(id, context, info), clientKey, errors: [] };
  }

  @Mutation(() => FlagClientKeyPayload, {
    nullable: true,
    description:
      'Revokes a client key at once, everywhere; streams that it has open end. Needs api-key:manage. Event: flag-client-key.revoked. Costs nothing.',
  })
  @Can('api-key:manage')
  async flagClientKeyRevoke(
    @Arg('input', () => FlagClientKeyRevokeInput, { description: 'Which.' })
    { id }: FlagClientKeyRevokeInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FlagClientKeyPayload> {
    await this.keys.revoke(customerOf(context), id);
    return { flagClientKey: await this.read(id, context, info), errors: [] };
  }

  private read(id: string, context: RequestContext, info: GraphQLResolveInfo): Promise<FlagClientKey | null> {
    return this.database.read.one(FlagClientKey, {
      scope: context.scope,
      where: { customerId: customerOf(context), id },
      selection: selectionOf(info, 'flagClientKey'),
    });
  }
}

function customerOf({ principal }: RequestContext): string {
  const customerId = tenantOf(principal);
  if (customerId === undefined) throw forbidden('api-key:manage');
  return customerId;
}
