/** What durable predictions and endpoints are asked for with, and what is answered. */
import { IsOptional, Length, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { JSONScalar, MutationPayload, URLScalar } from '../../../platform/graphql';
import { CallInput } from '../prediction/call.input';
import { TextInput } from '../generation/text.input';
import { MAX_ROWS } from '../prediction/inputs';
import { ServiceClass } from '../service-class';
import { Prediction } from './prediction.entity';
import { WebhookEndpoint } from '../webhooks/webhook-endpoint.entity';
import { WebhookEvent } from '../webhooks/webhook-event';

const MIN_WITHIN_MS = 60_000;
const MAX_WITHIN_MS = 24 * 3_600_000;
const MAX_DESCRIPTION = 200;

@InputType({ description: 'What to predict later, by what, for whom, and who is told.' })
export class PredictionCreateInput extends CallInput {
  @Field(() => JSONScalar, {
    description: `The inputs, as for \`predict\`: one row, or a list of 1–${MAX_ROWS}.`,
  })
  rows!: unknown;

  @Field(() => ServiceClass, {
    defaultValue: ServiceClass.STANDARD,
    description: 'How much hurry it is in; ECONOMY waits for a quiet moment, at a price of its own.',
  })
  serviceClass!: ServiceClass;

  @Field(() => Int, {
    nullable: true,
    description: `For ECONOMY: milliseconds within which it is to be answered, ${MIN_WITHIN_MS}–${MAX_WITHIN_MS}; an hour unless told otherwise. What cannot be promised is refused at once.`,
  })
  @IsOptional()
  @Min(MIN_WITHIN_MS)
  @Max(MAX_WITHIN_MS)
  completeWithinMs?: number | null;

  @Field(() => ID, { nullable: true, description: 'The endpoint that is told when it has ended.' })
  webhookEndpointId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe for 24 hours: the same prediction is answered.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which text to write later, and who is told.' })
export class GenerationCreateInput extends TextInput {
  @Field(() => ID, { nullable: true, description: 'The endpoint that is told when it has ended.' })
  webhookEndpointId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe for 24 hours: the same prediction is answered.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The prediction that was accepted.' })
export class PredictionPayload extends MutationPayload {
  @Field(() => Prediction, {
    nullable: true,
    description: 'It, as it is stored; null when there are errors.',
  })
  prediction?: Prediction | null;
}

@InputType({ description: 'Where messages are to be sent.' })
export class WebhookEndpointCreateInput {
  @Field(() => URLScalar, { description: 'An https URL that the public network reaches.' })
  url!: URL | string;

  @Field(() => [WebhookEvent], {
    defaultValue: [],
    description: 'What it is told of, beside the predictions that name it.',
  })
  events!: WebhookEvent[];

  @Field(() => String, {
    nullable: true,
    description: `What it is for, in your words, 1–${MAX_DESCRIPTION} letters.`,
  })
  @IsOptional()
  @Length(1, MAX_DESCRIPTION)
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Makes a repeated call safe for 24 hours.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What to change of an endpoint; what is absent stays as it is.' })
export class WebhookEndpointUpdateInput {
  @Field(() => URLScalar, {
    nullable: true,
    description: 'An https URL that the public network reaches. Messages on their way go there, too.',
  })
  url?: URL | string | null;

  @Field(() => [WebhookEvent], {
    nullable: true,
    description: 'All that it is told of, beside the predictions that name it; an empty list = nothing.',
  })
  events?: WebhookEvent[] | null;

  @Field(() => String, {
    nullable: true,
    description: `What it is for, in your words, 1–${MAX_DESCRIPTION} letters; null = nothing is said.`,
  })
  @IsOptional()
  @Length(1, MAX_DESCRIPTION)
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is told.' })
  enabled?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'The version that you saw; another one is a Conflict.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which endpoint.' })
export class WebhookEndpointInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ description: 'The endpoint, and its secret when there is a new one.' })
export class WebhookEndpointPayload extends MutationPayload {
  @Field(() => WebhookEndpoint, { nullable: true, description: 'The endpoint; null when there are errors.' })
  webhookEndpoint?: WebhookEndpoint | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The new secret, shown this once: any Standard Webhooks library verifies messages with it. Null when there is no new one.',
  })
  secret?: string | null;
}
