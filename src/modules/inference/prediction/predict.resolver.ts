/** The GraphQL face of the one path: unpacks the question, hands it on, shapes the answer. */
import { Arg, Ctx, Extensions, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import { Cost, MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { Inference } from '../record/inference.entity';
import { PredictInput } from '../record/inference.input';
import type { PredictionService } from './prediction.service';

@ObjectType({ description: 'The prediction, and the token with which its answer can be rated.' })
class PredictPayload extends MutationPayload {
  @Field(() => Inference, {
    nullable: true,
    description: 'The prediction with its outputs; null when there are errors.',
  })
  inference?: Inference | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Lets its holder give feedback on just this answer, from a browser too, for 90 days; null when there are errors.',
  })
  feedbackToken?: string | null;
}

@Resolver()
export class PredictResolver {
  constructor(private readonly predictions: PredictionService) {}

  @Mutation(() => PredictPayload, {
    nullable: true,
    description:
      'Runs a model on one row or up to 1024. Needs inference:run. Event: inference.completed. Costs one request of the quota and the price of the plan. Inputs and outputs are kept only with the end user’s consent to TRAINING.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: PredictInput }) => (Array.isArray(input.rows) ? input.rows.length : 1))
  @Extensions({ ownIdempotency: true, carriesNoActor: true })
  predict(
    @Arg('input', () => PredictInput, { description: 'What to predict.' }) input: PredictInput,
    @Ctx() { principal, requestId, signal }: RequestContext,
  ): Promise<PredictPayload> {
    if (!('customerId' in principal)) throw unauthenticated();
    return this.predictions
      .predict({ ...input, principal, requestId, signal, customerId: principal.customerId })
      .then((prediction) => ({ ...prediction, errors: [] }));
  }
}
