/** Durable predictions as their owner sees them: asked for, polled, watched. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError, type ErrorCode, notFound, unauthenticated } from '../../../kernel/errors';
import { bornAt } from '../../../kernel/id';
import type { Database } from '../../../platform/database';
import {
  Cost,
  JSONScalar,
  Needs,
  type RequestContext,
  selectionOf,
  UserError,
  userErrorOf,
} from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { Can, may } from '../../identity';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import { Inference } from '../record/inference.entity';
import type { InferenceLoaders } from '../record/inference.loader';
import { unitsOfText } from '../generation/text-limits';
import { textOf } from '../generation/text.input';
import { GenerationCreateInput, PredictionCreateInput, PredictionPayload } from './durable.input';
import type { DurableLoaders } from './durable.loader';
import type { DurablePredictionService } from './durable-prediction.service';
import { OPEN, Prediction } from './prediction.entity';
import { PREDICTION_CHANNEL } from './prediction-events';

@Resolver(() => Prediction)
export class PredictionResolver {
  constructor(
    private readonly database: Database,
    private readonly durable: DurablePredictionService,
    private readonly loaders: DurableLoaders,
    private readonly inferences: InferenceLoaders,
    private readonly tokens: FeedbackTokenService,
  ) {}

  @Query(() => Prediction, {
    nullable: true,
    description: 'One durable prediction; null when there is none for the caller. Needs inference:read.',
  })
  @Can('inference:read')
  prediction(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Prediction | null> {
    return this.loaders.predictionById(context).load(id);
  }

  @Mutation(() => PredictionPayload, {
    nullable: true,
    description:
      'Accepts a prediction for later: once it is acknowledged it is not lost, whatever process dies. Needs inference:run. Events: prediction.created, then prediction.completed with inference.completed, or prediction.failed. Refused at once where `predict` would be: by plan, quota, cap or payment. It takes its part of the quota when it is done, and fails where none is left then. Costs what `predict` costs when it is answered, once, by the ECONOMY_REQUEST where it may wait; nothing when it fails.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: PredictionCreateInput }) => (Array.isArray(input.rows) ? input.rows.length : 1))
  async predictionCreate(
    @Arg('input', () => PredictionCreateInput, { description: 'What to predict later.' })
    { idempotencyKey: _kept, ...input }: PredictionCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PredictionPayload> {
    const { principal, requestId } = context;
    if (!('customerId' in principal)) throw unauthenticated();
    const { customerId } = principal;
    const question = { rows: input.rows };
    const id = await this.durable.create({ ...input, question, principal, requestId, customerId });
    return this.accepted({ customerId, id }, context, info);
  }

  @Mutation(() => PredictionPayload, {
    nullable: true,
    description:
      'Accepts a text to be written later: once it is acknowledged it is not lost, whatever process dies. Its outputs are `{ text, finishReason }`; its chunks are read by `generation`, with its id as `streamId`. Needs inference:run. Events: prediction.created, then prediction.completed with inference.completed, or prediction.failed. Refused at once where `generation` would be: by plan, quota, cap or payment. It takes its request of the quota when it is done, and fails where none is left then. Costs what `generation` costs when it is whole, once, and nothing when it fails.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: GenerationCreateInput }) => unitsOfText(input.maxTokens))
  async generationCreate(
    @Arg('input', () => GenerationCreateInput, { description: 'What to write later.' })
    { idempotencyKey: _kept, ...input }: GenerationCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PredictionPayload> {
    const { principal, requestId } = context;
    if (!('customerId' in principal)) throw unauthenticated();
    const { customerId } = principal;
    const question = textOf(input);
    const id = await this.durable.create({ ...input, question, principal, requestId, customerId });
    return this.accepted({ customerId, id }, context, info);
  }

  @Subscription(() => Prediction, {
    nullable: true,
    topics: PREDICTION_CHANNEL,
    topicId: ({ args }: { args: { id: string } }) => args.id,
    description:
      'The durable prediction at once and at each change, until it has ended; NOT_FOUND when there is none for the caller. Needs inference:read.',
  })
  @Can('inference:read')
  async predictionUpdated(
    @Arg('id', () => ID, { description: 'Which one.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Prediction> {
    const prediction = await this.loaders.predictionById(context).load(id);
    if (!prediction || !OPEN.includes(prediction.status)) context.endStream();
    if (!prediction) throw notFound(['id']);
    return prediction;
  }

  @FieldResolver(() => JSONScalar, {
    nullable: true,
    description:
      'What the model answered, until `answerUntil`, `{ text, finishReason }` for a text: for the customer’s own callers with inference:payload. Null before it is answered.',
  })
  @Needs('id', 'answerUntil')
  outputs(@Root() { id, answerUntil }: Prediction, @Ctx() context: RequestContext): Promise<unknown> | null {
    const { principal } = context;
    if (answerUntil === null || principal.kind === 'STAFF' || !may(principal, 'inference:payload'))
      return null;
    return this.loaders.outputsById(context).load(id);
  }

  @FieldResolver(() => Inference, {
    nullable: true,
    description:
      'The record of the answer, from which everything that belongs to it is reached; null until it is answered.',
  })
  @Needs('inferenceId')
  inference(
    @Root() { inferenceId }: Prediction,
    @Ctx() context: RequestContext,
  ): Promise<Inference | null> | null {
    return inferenceId === null ? null : this.inferences.inferenceById(context).load(inferenceId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Lets its holder give feedback on just this answer, for 90 days; null before it is answered.',
  })
  @Needs('inferenceId', 'customerId', 'endUserId')
  feedbackToken(
    @Root() { inferenceId, customerId, endUserId }: Prediction,
    @Ctx() { principal }: RequestContext,
  ): string | null {
    if (inferenceId === null || !may(principal, 'inference:run')) return null;
    return this.tokens.issue({ inferenceId, customerId, endUserId }, bornAt(inferenceId)!);
  }

  @FieldResolver(() => UserError, { nullable: true, description: 'Why it failed; null unless it did.' })
  @Needs('errorCode', 'errorMessage')
  error(@Root() { errorCode, errorMessage }: Prediction): UserError | null {
    return errorCode === null ? null : userErrorOf(new AppError(errorCode as ErrorCode, errorMessage ?? ''));
  }

  @FieldResolver(() => Job, {
    nullable: true,
    description: 'The job that runs it; null without job:read, and for a text that was streamed.',
  })
  @Needs('jobId')
  job(
    @Root() { jobId }: Prediction,
    @Ctx() { principal, scope }: RequestContext,
  ): Promise<Job | null> | null {
    if (jobId === null || !may(principal, 'job:read')) return null;
    return this.database.read.one(Job, { scope, where: { id: jobId } });
  }

  private async accepted(
    where: { readonly customerId: string; readonly id: string },
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<PredictionPayload> {
    const selection = selectionOf(info, 'prediction');
    return {
      prediction: await this.database.read.one(Prediction, { scope, where, selection }),
      errors: [],
    };
  }
}
