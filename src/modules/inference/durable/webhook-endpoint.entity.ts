/** Where a customer wants to be told, and what it was told there. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node, URLScalar } from '../../../platform/graphql';

@Entity('webhook_endpoints')
@ObjectType({
  implements: Node,
  description:
    'A URL of yours that is told when a durable prediction has ended, by signed Standard Webhooks.',
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
    FAILED: { description: 'It was given up after about three days, or its endpoint was removed.' },
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

  @Column('text')
  predictionId!: string;

  @Column('text')
  @Field(() => String, { description: 'What happened: `prediction.completed` or `prediction.failed`.' })
  type!: string;

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
  @Field(() => DateTime, { nullable: true, description: 'When it arrived or was given up.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'A page of messages.' })
export class WebhookDeliveryConnection extends connectionOf(WebhookDelivery) {}
