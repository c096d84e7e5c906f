/** Messages to endpoints as customers meet them: what each tells of, sent once more, and one to try an endpoint with. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Database } from '../../../platform/database';
import { MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import type { DurableLoaders } from '../durable/durable.loader';
import { Prediction } from '../durable/prediction.entity';
import { WebhookDelivery } from './webhook-endpoint.entity';
import type { WebhookReplays } from './webhook-replay.service';
import { customerOf } from './webhook.resolver';

@InputType({ description: 'Which message is to be sent once more.' })
class WebhookDeliveryReplayInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Makes a repeated call safe for 24 hours.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which endpoint is to be tried.' })
class WebhookEndpointTestInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Makes a repeated call safe for 24 hours.' })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The message, which is on its way.' })
class WebhookDeliveryPayload extends MutationPayload {
  @Field(() => WebhookDelivery, { nullable: true, description: 'The message; null when there are errors.' })
  webhookDelivery?: WebhookDelivery | null;
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  constructor(
    private readonly database: Database,
    private readonly replays: WebhookReplays,
    private readonly loaders: DurableLoaders,
  ) {}

  @Mutation(() => WebhookDeliveryPayload, {
    nullable: true,
    description:
      'Sends a message once more that has arrived or was given up: under the same id (`webhook-id`), so that a receiver which has it knows it again, and with as many tries as a new one. A Conflict while it is under way, where its endpoint was removed or is switched off, and when what it tells of is forgotten: an answer after its day, a person’s feedback without their consent to FEEDBACK_CONTACT. Needs webhook:manage, and billing:read for one of those that `WebhookEvent` names. Event: webhook-delivery.replayed. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookDeliveryReplay(
    @Arg('input', () => WebhookDeliveryReplayInput, { description: 'Which message.' })
    { id }: WebhookDeliveryReplayInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookDeliveryPayload> {
    // Its endpoint may be somewhere else by now: whoever may not read the bill leads no news of it there.
    await this.replays.replay(
      customerOf(context),
      id,
      (event) => void (event && authorize(context, 'billing:read')),
    );
    return this.payload(id, context);
  }

  @Mutation(() => WebhookDeliveryPayload, {
    nullable: true,
    description:
      'Sends a message of the type `webhook-endpoint.tested` to an endpoint, once: it is not tried again, and its `failure` says why it did not arrive. Needs webhook:manage. Event: webhook-endpoint.tested. Costs nothing.',
  })
  @Can('webhook:manage')
  async webhookEndpointTest(
    @Arg('input', () => WebhookEndpointTestInput, { description: 'Which endpoint.' })
    { id }: WebhookEndpointTestInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookDeliveryPayload> {
    return this.payload(await this.replays.test(customerOf(context), id), context);
  }

  @FieldResolver(() => Prediction, {
    nullable: true,
    description: 'The prediction that it tells of; null when it tells of something else.',
  })
  @Needs('predictionId')
  async prediction(
    @Root() { predictionId }: WebhookDelivery,
    @Ctx() context: RequestContext,
  ): Promise<Prediction | null> {
    return predictionId === null ? null : this.loaders.predictionById(context).load(predictionId);
  }

  private async payload(id: string, context: RequestContext): Promise<WebhookDeliveryPayload> {
    const where = { customerId: customerOf(context), id };
    const webhookDelivery = await this.database.read.one(WebhookDelivery, { scope: context.scope, where });
    return { webhookDelivery, errors: [] };
  }
}
