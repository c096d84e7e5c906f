/** Adds to an inference which variant of which test it was part of. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { Inference } from '../../inference';
import type { FeatureTestLoaders } from './feature-test.loader';
import { Assignment } from './test-results.type';

@Resolver(() => Inference)
export class InferenceAssignmentResolver {
  constructor(private readonly loaders: FeatureTestLoaders) {}

  @FieldResolver(() => [Assignment], {
    description: 'Which variant of which feature test it was part of; empty without consent for analytics.',
  })
  @Needs('id')
  assignments(@Root() { id }: Inference, @Ctx() context: RequestContext): Promise<Assignment[]> {
    return this.loaders.assignmentsByInference(context).load(id);
  }
}
