/** Where a customer wants to be told, and what it was told there. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node, URLScalar } from '../../../platform/graphql';
import { WebhookEvent } from './webhook-event';

@Entity('webhook_endpoints')
@ObjectType({
  implements: Node,
  description:
    'A URL of yours that is told, by signed Standard Webhooks: when a durable prediction that names it has ended, and of what it asked for.',
})
export class WebhookEndpoint implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the endpoint.' })
  id!: string;

  @Column('text')
  @Field(() => URLScalar, { description: 'Where messages are sent.' })
  url!: string;

  @Column('text', { array: true })
  @Field(() => [WebhookEvent], {
    description: 'What it is told of, beside the predictions that name it.',
  })
  events!: WebhookEvent[];

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What it is for, in your words; null without any.' })
  description!: string | null;

  @Column('boolean', { default: true })
  @Field(() => Boolean, {
    description:
      'Whether it is told. While it is not, what it asked for is not kept for it, and messages on their way wait: they are tried again for about three days.',
  })
  enabled!: boolean;

  @Column('int', { default: 1 })
  @Field(() => Int, { description: 'Counts its changes: send it as `expectedVersion`.' })
  version!: number;

  /** The secrets that sign, newest first, sealed. */
  @Column('text', { select: false })
  secrets!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was removed; null while it is told.' })
  removedAt!: Date | null;
}

@ObjectType({ description: 'A page of endpoints.' })
export class WebhookEndpointConnection extends connectionOf(WebhookEndpoint) {}

export enum DeliveryStatus {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}

registerEnumType(DeliveryStatus, {
  name: 'WebhookDeliveryStatus',
  description: 'Whether a message has arrived.',
  valuesConfig: {
    PENDING: { description: 'It is on its way, or will be tried again.' },
    DELIVERED: { description: 'The endpoint answered with a status of 200–299.' },
    FAILED: {
      description:
        'It was given up after about three days, or its endpoint was removed. `webhookDeliveryReplay` sends it once more.',
    },
  },
});

@Entity('webhook_deliveries')
@ObjectType({ implements: Node, description: 'One message to an endpoint. Its id is sent as `webhook-id`.' })
export class WebhookDelivery implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, {
    description: 'Id of the message: the same at every try, so that a receiver takes it once.',
  })
  id!: string;

  @Column('text')
  endpointId!: string;

  /** null for what is not about a prediction. */
  @Column('text', { nullable: true })
  predictionId!: string | null;

  @Column('text')
  @Field(() => String, {
    description:
      'What happened: `prediction.completed`, `prediction.failed`, one of those that `WebhookEvent` names, or `webhook-endpoint.tested`.',
  })
  type!: string;

  @Column('jsonb')
  @Field(() => JSONScalar, {
    description:
      'The `data` of the message: `{ predictionId }`, or `subjectId` (the id of what it is about) beside the figures of the event.',
  })
  data!: object;

  @Column('text')
  @Field(() => DeliveryStatus, { description: 'Whether it has arrived.' })
  status!: DeliveryStatus;

  @Column('int', { default: 0 })
  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the last try failed; null when it did not.' })
  failure!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it happened.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it arrived or was given up; null while it is on its way.',
  })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'A page of messages.' })
export class WebhookDeliveryConnection extends connectionOf(WebhookDelivery) {}
