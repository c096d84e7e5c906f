/** Explanations in GraphQL: asking for one, and finding the one that was kept with a prediction. */
import {
  Arg,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import { Cost, MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { Inference } from '../record/inference.entity';
import type { InferenceLoaders } from '../record/inference.loader';
import type { PredictionService } from '../prediction/prediction.service';
import { ExplainInput } from './explain.input';
import { Explanation } from './explanation.type';
import { type NetworkSource, planExplanation } from './explanation-plan';

@ObjectType({ description: 'The explanation, and the record under which it was billed.' })
class ExplainPayload extends MutationPayload {
  @Field(() => Explanation, { nullable: true, description: 'The explanation; null when there are errors.' })
  explanation?: Explanation | null;

  @Field(() => Inference, {
    nullable: true,
    description:
      'Its record: what it took, what it costs, and the answer to the explained row. Null when there are errors.',
  })
  inference?: Inference | null;

  @Field(() => String, {
    nullable: true,
    description: 'Lets its holder give feedback on this answer, for 90 days; null when there are errors.',
  })
  feedbackToken?: string | null;
}

@Resolver()
export class ExplainResolver {
  constructor(
    private readonly predictions: PredictionService,
    private readonly networks: NetworkSource,
  ) {}

  @Mutation(() => ExplainPayload, {
    nullable: true,
    description:
      'Explains an answer, or a model. Needs inference:run. Event: inference.completed. Costs one request of the quota for each 1024 rows begun that the model is asked for, at the price of the plan; `maxRequests` bounds it. It is kept with the prediction only with the end user’s consent to TRAINING.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: ExplainInput }) => input.maxRequests)
  @Extensions({ ownIdempotency: true, carriesNoActor: true })
  async explain(
    @Arg('input', () => ExplainInput, { description: 'What to explain.' }) input: ExplainInput,
    @Ctx() { principal, requestId, signal }: RequestContext,
  ): Promise<ExplainPayload> {
    if (!('customerId' in principal)) throw unauthenticated();
    const { method, label, feature, targets, samples, background, seed, maxRequests, ...call } = input;
    const wish = { method, label, feature, targets, samples, background, seed, maxRequests };
    const answer = await this.predictions.predict({
      ...call,
      rows: input.rows ?? null,
      principal,
      requestId,
      signal,
      customerId: principal.customerId,
      work: { identity: { explain: wish }, plan: planExplanation(wish, this.networks) },
    });
    return { ...answer, errors: [] };
  }
}

@Resolver(() => Inference)
export class InferenceExplanationResolver {
  constructor(private readonly loaders: InferenceLoaders) {}

  @FieldResolver(() => Explanation, {
    nullable: true,
    description:
      'The explanation that was asked for with this prediction; only for those with inference:payload, and null when none was asked for or the end user has not agreed to its being kept.',
  })
  @Needs('id')
  async explanation(@Root() { id }: Inference, @Ctx() context: RequestContext): Promise<Explanation | null> {
    const payload = await this.loaders.payloadById(context).load(id);
    return (payload?.explanation as Explanation | undefined) ?? null;
  }
}
