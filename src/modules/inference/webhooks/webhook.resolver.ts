/** Endpoints as customers manage them, and what was sent to them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import type { Database } from '../../../platform/database';
import {
  Needs,
  PageArgs,
  type RequestContext,
  pageWithin,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { visibleTo } from '../record/inference.loader';
import {
  WebhookEndpointCreateInput,
  WebhookEndpointInput,
  WebhookEndpointPayload,
  WebhookEndpointUpdateInput,
} from '../durable/durable.input';
import {
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookEndpoint,
  WebhookEndpointConnection,
} from './webhook-endpoint.entity';
import type { WebhookService } from './webhook.service';

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhookService,
  ) {}

  @Query(() => WebhookEndpointConnection, {
    nullable: true,
    description: 'The endpoints that are told, newest first, removed ones included. Needs webhook:read.',
  })
  @Can('webhook:read')
  async webhookEndpoints(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookEndpointConnection> {
    const { scope } = context;
    const { customerId } = visibleTo(context);
    const selection = selectionOf(info);
    const count = wantsTotalCount(info);
    const options = { scope, where: { customerId }, selection, ...page, count };
    return toConnection(await this.database.read.page(WebhookEndpoint, options));
  }

  @Mutation(() => WebhookEndpointPayload, {
    nullable: true,
    description:
      'Makes an endpoint, of which a customer has at most 20. Its secret is shown this once. Needs webhook:manage, and billing:read where it asks for events. Event: webhook-endpoint.created. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookEndpointCreate(
    @Arg('input', () => WebhookEndpointCreateInput, { description: 'Where.' })
    { url, events, description }: WebhookEndpointCreateInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpointPayload> {
    // They tell of the bill.
    if (events.length > 0) authorize(context, 'billing:read');
    const wish = { url: String(url), events, description };
    const { id, secret } = await this.webhooks.createEndpoint(customerOf(context), wish);
    return { ...(await this.payload(id, context)), secret };
  }

  @Mutation(() => WebhookEndpointPayload, {
    nullable: true,
    description:
      'Changes where an endpoint is, what it is told of, whether it is told, or what is said of it. Its secret stays. Needs webhook:manage, and billing:read where it asks for events afterwards. Event: webhook-endpoint.updated. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookEndpointUpdate(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Arg('input', () => WebhookEndpointUpdateInput, { description: 'What to change.' })
    { url, ...change }: WebhookEndpointUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpointPayload> {
    await this.webhooks.updateEndpoint(
      customerOf(context),
      id,
      { ...change, url: url == null ? null : String(url) },
      // Whoever may not read the bill leads no news of it elsewhere.
      ({ events }) => void (events.length > 0 && authorize(context, 'billing:read')),
    );
    return this.payload(id, context);
  }

  @Mutation(() => WebhookEndpointPayload, {
    nullable: true,
    description:
      'Gives an endpoint a new secret; the one before it signs as well until the next time. Needs webhook:manage. Event: webhook-endpoint.rotated. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookEndpointRotate(
    @Arg('input', () => WebhookEndpointInput, { description: 'Which.' }) { id }: WebhookEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpointPayload> {
    const secret = await this.webhooks.rotateSecret(customerOf(context), id);
    return { ...(await this.payload(id, context)), secret };
  }

  @Mutation(() => WebhookEndpointPayload, {
    nullable: true,
    description:
      'Tells an endpoint nothing more. Needs webhook:manage. Event: webhook-endpoint.removed. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookEndpointRemove(
    @Arg('input', () => WebhookEndpointInput, { description: 'Which.' }) { id }: WebhookEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpointPayload> {
    await this.webhooks.removeEndpoint(customerOf(context), id);
    return this.payload(id, context);
  }

  @FieldResolver(() => WebhookDeliveryConnection, { description: 'What was sent to it, newest first.' })
  @Needs('customerId', 'id')
  deliveries(
    @Root() { customerId, id: endpointId }: WebhookEndpoint,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookDeliveryConnection> {
    const list = { entity: WebhookDelivery, within: { customerId, endpointId }, page };
    return pageWithin(this.database, list, context, info);
  }

  private async payload(id: string, context: RequestContext): Promise<WebhookEndpointPayload> {
    const where = { customerId: customerOf(context), id };
    const webhookEndpoint = await this.database.read.one(WebhookEndpoint, { scope: context.scope, where });
    return { webhookEndpoint, errors: [] };
  }
}

/** Endpoints are a customer’s: nobody else manages any. @throws AppError UNAUTHENTICATED. */
export function customerOf({ principal }: RequestContext): string {
  if (!('customerId' in principal)) throw unauthenticated();
  return principal.customerId;
}
